# Everything that CI holds a change to.
ci:
    .ci/run

# The property tests at full count.
faults:
    PROPTEST_CASES=1500 cargo test --test removal -- --nocapture

# Speed, as ratios from one run.
bench:
    cargo build --release
    python3 benches/bench.py

# Accept changed renderings, after reading the diff.
bless:
    SAYDO_BLESS=1 cargo test --test renderings
