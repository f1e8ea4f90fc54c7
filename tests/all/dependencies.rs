//! The crates in Cargo.lock: none with a known fault, under licences that go with ours, from the registry alone. Advisories
//! newer than the copy in `tests/advisories.tsv` are not seen.

use std::process::Command;

use semver::{Version, VersionReq};
use serde_json::Value;

/// Advisories that do not touch us, each with the reason.
const ACCEPTED: &[(&str, &str)] = &[];

/// Licences under which a crate may be part of a program that others get.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// An advisory about versions of a crate.
struct Advisory<'a> {
    id: &'a str,
    package: &'a str,
    kind: &'a str,
    /// Versions that it is not about.
    fine: Vec<VersionReq>,
}

fn read_advisory(line: &str) -> Advisory<'_> {
    let fields: Vec<&str> = line.split('\t').collect();
    let ranges = fields[3].split(" || ").chain(fields[4].split(" || "));
    let ranges = ranges.filter(|r| !r.is_empty());
    Advisory {
        id: fields[0],
        package: fields[1],
        kind: fields[2],
        fine: ranges.map(|r| VersionReq::parse(r).unwrap()).collect(),
    }
}

/// Every crate of the tree on this platform, as cargo describes it: those of others were not fetched.
fn packages() -> Vec<Value> {
    let rustc = Command::new("rustc").arg("-vV").output().unwrap();
    let rustc = String::from_utf8(rustc.stdout).unwrap();
    let host = rustc
        .lines()
        .find_map(|l| l.strip_prefix("host: "))
        .unwrap();
    let out = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--format-version", "1"])
        .args(["--filter-platform", host])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let all: Value = serde_json::from_slice(&out.stdout).unwrap();
    let packages = all["packages"].as_array().unwrap().iter();
    packages
        .filter(|p| p["source"].is_string())
        .cloned()
        .collect()
}

#[test]
fn no_crate_has_a_known_fault() {
    let table = include_str!("../advisories.tsv");
    let advisories = table
        .lines()
        .filter(|l| !l.starts_with('#'))
        .map(read_advisory);
    let (mut found, mut met) = (Vec::new(), Vec::new());
    let packages = packages();
    for advisory in advisories {
        for package in packages.iter().filter(|p| p["name"] == advisory.package) {
            let version = Version::parse(package["version"].as_str().unwrap()).unwrap();
            if advisory.fine.iter().any(|range| range.matches(&version)) {
                continue;
            }
            match ACCEPTED.iter().find(|(id, _)| *id == advisory.id) {
                Some((id, _)) => met.push(*id),
                None => found.push(format!(
                    "{} {} {version}: {}",
                    advisory.id, advisory.package, advisory.kind
                )),
            }
        }
    }
    println!(
        "Advisories after {} are not in this copy.",
        table.lines().next().unwrap()
    );
    assert!(found.is_empty(), "{found:#?}");
    let stale: Vec<_> = ACCEPTED
        .iter()
        .filter(|(id, _)| !met.contains(id))
        .collect();
    assert!(stale.is_empty(), "they touch nothing any more: {stale:?}");
}

#[test]
fn every_crate_comes_from_the_registry_under_a_licence_that_goes_with_ours() {
    let mut wrong = Vec::new();
    for package in packages() {
        let name = package["name"].as_str().unwrap();
        if !package["source"].as_str().unwrap().starts_with("registry+") {
            wrong.push(format!("{name}: from {}", package["source"]));
        }
        let licence = package["license"].as_str().unwrap_or_default();
        let expression = spdx::Expression::parse_mode(licence, spdx::ParseMode::LAX);
        let is_fine = expression.is_ok_and(|e| {
            e.evaluate(|asked| {
                let id = asked.license.id();
                id.is_some_and(|id| LICENCES.contains(&id.name))
            })
        });
        if !is_fine {
            wrong.push(format!("{name}: licence \"{licence}\""));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
