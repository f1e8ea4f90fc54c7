//! Publishing: once each, in order, with proof; what is no longer true is held; what fails is tried again; what may have
//! arrived and cannot be asked about is for a person. A file for each kind of outlet; what holds for all is in `everywhere`.

mod by_hand;
mod components;
mod dead;
mod everywhere;
mod faults;
mod folder;
mod halt;
mod mail;
mod night;
mod set_up;
mod site;
mod slack;
mod sms;
mod statuspage;
mod tls;
mod webhook;

fn hook(url: &str) -> String {
    format!(
        "  hook: {{ kind: webhook, url: \"{url}\", secret: \"env:OUTLET_SECRET\", channels: [web, email], timeout: 2s }}\n"
    )
}
