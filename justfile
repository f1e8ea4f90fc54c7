# Faults in full, with figures; `cargo test` runs a twentieth.
faults:
    SAYDO_FAULTS=1 cargo test --release --test faults --test faults_many --test postgres --test publish -- --nocapture --test-threads=1
