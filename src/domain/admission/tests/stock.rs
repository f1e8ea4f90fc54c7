//! Refusals of entries about stock. Does not say what is left of a resource.

use super::sample::*;

#[test]
fn stock_is_set_and_added_by_the_same_rules() {
    for kind in ["StockSet", "StockAdded"] {
        let of = |resource: &str, amount: u64, party: &str, because: &str| {
            format!(
                r#"{{"kind":"{kind}","resource":"{resource}","amount":{amount},"source":{{"kind":"cable-operator","party":"{party}"}},"because":"{because}"}}"#
            )
        };
        let rows = [
            (of("vouchers", 1_000_000_000_000, "smc", "counted"), ""),
            (
                of("vouchers", 1_000_000_000_001, "smc", "counted"),
                "1000000000001 is more than the 1000000000000 that a stock can hold -> give the amount in the resource's own unit",
            ),
            (
                of("voucher", 1, "smc", "counted"),
                "saydo.yaml has no resource \"voucher\"; did you mean \"vouchers\"? -> known: generator, vouchers",
            ),
            (
                of("vouchers", 1, "smb", "counted"),
                "saydo.yaml has no party \"smb\"; did you mean \"smc\"? -> add it under `parties:` with a text per language, then: saydo adopt",
            ),
            (
                of("vouchers", 1, "smc", " "),
                "the reason is empty -> say it in a few words",
            ),
        ];
        for (payload, answer) in &rows {
            hold_all(&[(payload, answer)]);
        }
        let mut without = books();
        without.workspace.resources.clear();
        assert_eq!(
            ask_in(RECORD, &without, "", &of("vouchers", 1, "smc", "counted")),
            "saydo.yaml has no resource \"vouchers\" -> add it under `resources:` in saydo.yaml, then: saydo adopt"
        );
    }
}
