//! What one row of the base says of a person, as bytes that are put aside, and all rows of a person as one. Decides nothing.

/// A person of the base, under a digest with a secret.
pub type PersonId = [u8; 16];

/// What a person agreed to, for one way of reaching them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consent {
    pub service: bool,
    /// Where people are in danger.
    pub safety: bool,
}

impl Consent {
    /// As the column says it. Without a column all have agreed to service. Danger is told to whoever has not said `none`.
    pub fn read(column: Option<&str>) -> Consent {
        let Some(text) = column else {
            return Consent {
                service: true,
                safety: true,
            };
        };
        let says = |word: &str| {
            let mut words = text.split([' ', ';', '|', '/', '+']);
            words.any(|w| w.eq_ignore_ascii_case(word))
        };
        Consent {
            service: says("service"),
            safety: !says("none"),
        }
    }
}

/// A number or address with what its owner agreed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    pub address: String,
    pub consent: Consent,
}

/// One row, or all rows of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonPart {
    pub person: PersonId,
    /// The incidents that hit a line, a bit each.
    pub hit: u64,
    /// How many lines they hit.
    pub lines: u16,
    /// The audience, by its place in the list of all.
    pub audience: u8,
    /// The language, by its place; none is told by 255.
    pub lang: u8,
    pub care: bool,
    pub ways: Vec<Option<Way>>,
}

/// True for what looks like a number that can be dialled, or an address of mail.
pub fn is_address(text: &str) -> bool {
    if text.len() > 254
        || text
            .chars()
            .any(|c| c.is_control() || c.is_whitespace() && c != ' ')
    {
        return false;
    }
    match text.split_once('@') {
        Some((name, host)) => {
            !name.is_empty() && host.contains('.') && !host.contains('@') && !text.contains(' ')
        }
        None => {
            let is_number = |c: char| c.is_ascii_digit() || "+ .-()".contains(c);
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            text.chars().all(is_number) && (6..=16).contains(&digits)
        }
    }
}

impl PersonPart {
    /// Appends it as bytes.
    pub fn write_to(&self, out: &mut Vec<u8>) {
        out.extend(self.person);
        out.extend(self.hit.to_le_bytes());
        out.extend(self.lines.to_le_bytes());
        out.extend([self.audience, self.lang, u8::from(self.care)]);
        for way in &self.ways {
            let Some(way) = way else {
                out.push(0);
                continue;
            };
            let flags = 1 | u8::from(way.consent.service) << 1 | u8::from(way.consent.safety) << 2;
            out.push(flags);
            // An address has at most 254 bytes.
            out.push(u8::try_from(way.address.len()).unwrap_or(u8::MAX));
            out.extend(way.address.as_bytes());
        }
    }

    /// Reads one back; none where the bytes are not what was written.
    pub fn read_from(bytes: &mut &[u8], ways: usize) -> Option<PersonPart> {
        let (person, rest) = bytes.split_first_chunk::<16>()?;
        let (hit, rest) = rest.split_first_chunk::<8>()?;
        let (lines, rest) = rest.split_first_chunk::<2>()?;
        let ([audience, lang, care], mut rest) = rest.split_first_chunk::<3>()?;
        let mut all = Vec::with_capacity(ways);
        for _ in 0..ways {
            let (flags, after) = rest.split_first()?;
            rest = after;
            if *flags == 0 {
                all.push(None);
                continue;
            }
            let (length, after) = rest.split_first()?;
            let (address, after) = after.split_at_checked(usize::from(*length))?;
            rest = after;
            all.push(Some(Way {
                address: std::str::from_utf8(address).ok()?.to_owned(),
                consent: Consent {
                    service: flags & 2 != 0,
                    safety: flags & 4 != 0,
                },
            }));
        }
        *bytes = rest;
        Some(PersonPart {
            person: *person,
            hit: u64::from_le_bytes(*hit),
            lines: u16::from_le_bytes(*lines),
            audience: *audience,
            lang: *lang,
            care: *care != 0,
            ways: all,
        })
    }

    /// Takes in another row of the same person. The first row that says something of language, segment or address counts; one care
    /// mark is enough.
    pub fn take_in(&mut self, other: PersonPart) {
        self.hit |= other.hit;
        self.lines = self.lines.saturating_add(other.lines);
        self.care |= other.care;
        if self.lang == u8::MAX {
            self.lang = other.lang;
        }
        self.audience = self.audience.max(other.audience);
        for (own, new) in self.ways.iter_mut().zip(other.ways) {
            if own.is_none() {
                *own = new;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts() -> impl Strategy<Value = PersonPart> {
        let way = (any::<bool>(), any::<bool>(), "[0-9@.a-zé]{0,40}");
        let ways = prop::collection::vec(prop::option::of(way), 3);
        (
            any::<[u8; 16]>(),
            any::<u64>(),
            any::<(u16, u8, u8, bool)>(),
            ways,
        )
            .prop_map(
                |(person, hit, (lines, audience, lang, care), ways)| PersonPart {
                    person,
                    hit,
                    lines,
                    audience,
                    lang,
                    care,
                    ways: ways
                        .into_iter()
                        .map(|w| {
                            w.map(|(service, safety, address)| Way {
                                address,
                                consent: Consent { service, safety },
                            })
                        })
                        .collect(),
                },
            )
    }

    proptest! {
        #[test]
        fn what_is_put_aside_comes_back(all in prop::collection::vec(parts(), 0..5)) {
            let mut bytes = Vec::new();
            all.iter().for_each(|p| p.write_to(&mut bytes));
            let mut rest = bytes.as_slice();
            for part in &all {
                let read = PersonPart::read_from(&mut rest, 3);
                prop_assert_eq!(read.as_ref(), Some(part));
            }
            prop_assert!(rest.is_empty());
            // What is cut short is not read.
            if let Some(last) = bytes.len().checked_sub(1) {
                let mut cut = &bytes[..last];
                let read = std::iter::from_fn(|| PersonPart::read_from(&mut cut, 3)).count();
                prop_assert!(read < all.len());
            }
        }
    }

    #[test]
    fn consent_is_what_the_column_says() {
        for (column, service, safety) in [
            (None, true, true),
            (Some("service"), true, true),
            (Some("safety;service"), true, true),
            (Some("marketing"), false, true),
            (Some(""), false, true),
            (Some("none"), false, false),
            (Some("Service Money"), true, true),
        ] {
            assert_eq!(
                Consent::read(column),
                Consent { service, safety },
                "{column:?}"
            );
        }
    }

    #[test]
    fn addresses_are_numbers_or_mail() {
        for text in [
            "0901234567",
            "+84 90 123 45 67",
            "a.b@c.vn",
            "(024) 3936-1234",
        ] {
            assert!(is_address(text), "{text}");
        }
        for text in [
            "",
            "n/a",
            "12",
            "a@b",
            "@c.vn",
            "a@b@c.vn",
            "0901\n234567",
            "NULL",
            "a b@c.vn",
        ] {
            assert!(!is_address(text), "{text:?}");
        }
    }
}
