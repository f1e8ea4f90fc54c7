//! How much there is of a resource that promises use. Does not reckon what is left of it.

use crate::domain::base::link::Source;
use crate::domain::record::payload_group::payload_group;

payload_group! {
    /// Payloads about the stock of resources.
    pub enum StockEvent {
        /// The stock of a resource was set to an amount.
        StockSet {
            /// A key of `resources:` in the workspace.
            resource: String,
            /// The amount in the resource's own unit: in all, or in each period of a rate.
            amount: u64,
            source: Source,
            /// The reason that was given.
            because: String,
        },
        /// An amount was added to the stock of a resource.
        StockAdded {
            /// A key of `resources:` in the workspace.
            resource: String,
            /// The amount that was added, in the resource's own unit.
            amount: u64,
            source: Source,
            /// The reason that was given.
            because: String,
        },
    }
}
