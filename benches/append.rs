//! Appends by several writers at once, each at the head that all want: `append PLACE WRITERS EACH`, where PLACE is a file
//! or the address of a server. Run by `benches/append.py`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use saydo::{Address, Appended, Head, PgEnv, Postgres, Record, Sqlite, Stored};

fn is_url(place: &str) -> bool {
    place.starts_with("postgres")
}

fn open(place: &str) -> Box<dyn Record> {
    if is_url(place) {
        let address = Address::read_url(place, &PgEnv::default()).unwrap();
        return Box::new(Postgres::open(&address).unwrap());
    }
    Box::new(Sqlite::open(Path::new(place), true).unwrap())
}

fn main() {
    let args: Vec<String> = std::env::args().filter(|a| a != "--bench").collect();
    let [_, place, writers, each] = args.as_slice() else {
        println!("append PLACE WRITERS EACH");
        return;
    };
    let (writers, each): (usize, usize) = (writers.parse().unwrap(), each.parse().unwrap());
    if is_url(place) {
        Postgres::migrate_tables(&Address::read_url(place, &PgEnv::default()).unwrap()).unwrap();
    }
    drop(open(place));
    let (filler, began) = ("x".repeat(300), std::time::Instant::now());
    std::thread::scope(|scope| {
        for w in 0..writers {
            let filler = &filler;
            scope.spawn(move || {
                let mut record = open(place);
                let mut head = record.head().unwrap();
                for n in 0..each {
                    loop {
                        let bytes = format!(
                            "{{\"w\":{w},\"n\":{n},\"prev\":\"{}\",\"x\":\"{filler}\"}}",
                            head.hash
                        );
                        let next = Stored::new(head.seq + 1, bytes);
                        match record.append(&head, &[next]).unwrap() {
                            Appended::Done(h) => {
                                head = h;
                                break;
                            }
                            Appended::Moved(others) => {
                                let last = others.last().unwrap();
                                head = Head {
                                    seq: last.seq,
                                    hash: last.hash.clone(),
                                };
                            }
                        }
                    }
                }
            });
        }
    });
    println!("{:.6}", began.elapsed().as_secs_f64());
}
