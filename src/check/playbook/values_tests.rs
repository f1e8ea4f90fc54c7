//! Values that may be printed in any sentence, and values that claim something by themselves.

use super::ValueReader;
use crate::domain::base::lang::Lang;
use crate::domain::network::topology::Network;
use crate::testing::shipped;

#[test]
fn plain_names_and_phrases_pass() {
    let reader = ValueReader::new();
    let plain = [
        (Lang::En, "the AAG cable"),
        (Lang::En, "Hue"),
        (Lang::En, "a ship's anchor damaged the cable"),
        (Lang::En, "slow loading of international sites"),
        (Lang::En, "1900 0000"),
        (Lang::Vi, "tuyến cáp AAG"),
        (Lang::Vi, "truy cập trang quốc tế chậm"),
        (Lang::Vi, "neo tàu làm hỏng cáp"),
    ];
    for (lang, text) in plain {
        assert_eq!(reader.objection_to_value(text, lang), None, "{text}");
    }
}

#[test]
fn values_that_claim_are_refused() {
    let reader = ValueReader::new();
    let claiming = [
        (Lang::En, "Hue, where all is restored"),
        (
            Lang::En,
            "1900 0000. Full service will be restored tonight, and every customer will be credited",
        ),
        (Lang::En, "Vietnam time). All customers are unaffected ("),
        (Lang::En, "ABC - service fully restored -"),
        (
            Lang::En,
            "wait until tonight, when service is guaranteed to be restored",
        ),
        (
            Lang::En,
            "probably a fishing boat; we guarantee it will not happen again",
        ),
        (Lang::En, "we guarantee and AAG"),
        (Lang::En, "nothing (all is well)"),
        (Lang::En, "nothing at all: all services work"),
        (
            Lang::En,
            "everything is fully restored, and every customer will be credited 100 dollars by Friday",
        ),
        (Lang::En, "relax, we will restore everything before noon"),
        (Lang::En, "the cable that is back"),
        (Lang::Vi, "mạng chậm; đến tối nay sẽ khôi phục hoàn toàn"),
        (Lang::Vi, "Huế, nơi đã khôi phục"),
        (
            Lang::Vi,
            "mỗi khách hàng được hoàn 100.000 đồng trước thứ sáu",
        ),
        (Lang::Vi, "không ai bị ảnh hưởng"),
    ];
    for (lang, text) in claiming {
        assert!(reader.objection_to_value(text, lang).is_some(), "{text}");
    }
}

/// A short name stands in texts as a name does, and is held to the same.
#[test]
fn short_names_are_checked_as_names_are() {
    let books = shipped::books();
    let faults = |short: &str| {
        let mut network = Network::clone(&books.network);
        let apg = network.links.iter_mut().find(|l| l.id == "APG").unwrap();
        apg.short_names = serde_yaml::from_str(short).unwrap();
        let found = ValueReader::new().check_network(&network, &books.workspace);
        found
            .iter()
            .map(|f| format!("{}: {}", f.path, format_args!("{:?}", f.what)))
            .collect::<Vec<_>>()
            .join("; ")
    };
    assert_eq!(faults("{ vi: APG, en: APG }"), "");
    for (short, wanted) in [
        ("{ vi: AAG, en: APG }", "AAG has the same name"),
        ("{ vi: APG, en: APG restored }", "says that all is well"),
        ("{ vi: ' ', en: APG }", "it is empty"),
        ("{ vi: 'APG%', en: APG }", "is forbidden on"),
    ] {
        let found = faults(short);
        assert!(
            found.contains("short_names") && found.contains(wanted),
            "{short}: {found}"
        );
    }
}
