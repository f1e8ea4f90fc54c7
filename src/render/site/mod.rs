//! Our own status site: issued statements laid out for people and for programs. Builds no sentence about an incident: those
//! are the bytes that passed the gate; the site adds headings, states and times.

mod banner;
pub mod calendar;
pub mod cap;
pub mod feed;
pub mod json_api;
pub mod page_environment;
pub mod page_frame;
pub mod pages;
pub mod timeline_svg;
pub mod site_files;
pub mod staff;
pub mod view;
pub mod words;

pub use site_files::render_site;
pub use view::{
    Area, Component, Due, Incident, MOST, Notice, Part, Past, Planned, Promised, Role, SiteView,
    is_recent, page_of,
};
