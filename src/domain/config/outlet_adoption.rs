//! What keeps an outlet from being adopted, though records that hold such a one stay readable: credentials that would stand in the
//! record for ever, and addresses of mail that no server takes. It never repeats a credential.

use crate::domain::base::fault::Fault;
use crate::domain::config::credential_shapes::{has_opaque_word, looks_like_credential};
use crate::domain::config::outlet::Outlet;
use crate::domain::config::outlet_faults::{host_part, is_credential_header};

impl Outlet {
    /// What is wrong with it for being adopted from now on, with paths under `outlets.NAME`.
    pub fn adoption_faults(&self, name: &str) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut add = |field: &str, what: String| {
            faults.push(Fault::at_path(format!("outlets.{name}.{field}"), what));
        };
        self.check_proxy(&mut add);
        self.check_for_credentials(&mut add);
        self.check_headers(&mut add);
        self.check_addresses(&mut add);
        faults
    }

    fn check_proxy(&self, add: &mut impl FnMut(&str, String)) {
        if self
            .proxy
            .as_deref()
            .is_some_and(|p| host_part(p).contains('@'))
        {
            add(
                "proxy",
                "a name or password does not stand in an address: leave `proxy` out, and let the environment of the one who publishes say it (HTTPS_PROXY)".into(),
            );
        }
    }

    /// Texts that go out as they stand here.
    fn check_for_credentials(&self, add: &mut impl FnMut(&str, String)) {
        let fields = [
            ("url", &self.url),
            ("proxy", &self.proxy),
            ("body", &self.body),
            ("server", &self.server),
            ("user", &self.user),
            ("page", &self.page),
            ("base_url", &self.base_url),
            ("unsubscribe", &self.unsubscribe),
        ];
        let headers = self
            .headers
            .iter()
            .map(|(n, v)| (format!("headers.{n}"), v));
        let fields = fields
            .into_iter()
            .filter_map(|(field, text)| Some((field.to_owned(), text.as_ref()?)));
        for (field, text) in fields.chain(headers) {
            if let Some(what) = looks_like_credential(text) {
                add(
                    &field,
                    format!(
                        "this looks like {what}, and what is adopted stands in the record for ever: `secret: env:NAME`, and {{{{ secret }}}} in its place"
                    ),
                );
            }
        }
    }

    /// A header for a credential holds the reference, and nothing that could be one itself.
    fn check_headers(&self, add: &mut impl FnMut(&str, String)) {
        for (header, value) in &self.headers {
            let refers = value.split("{{").skip(1);
            let mut refers = refers.filter_map(|r| r.split("}}").next());
            let is_suspicious = value.contains("{{")
                && looks_like_credential(value).is_none()
                && (has_opaque_word(value) || !refers.any(names_something));
            if is_credential_header(header) && is_suspicious {
                add(
                    &format!("headers.{header}"),
                    "the credential itself does not stand here: {{ secret }}, and nothing else but fixed words".into(),
                );
            }
        }
    }

    fn check_addresses(&self, add: &mut impl FnMut(&str, String)) {
        let one = |f: &str, a: &Option<String>| a.as_ref().map(|a| (f.to_owned(), a.clone()));
        let to = self.to.iter().enumerate();
        let to = to.map(|(i, a)| (format!("to[{i}]"), a.clone()));
        let own = [one("from", &self.from), one("reply_to", &self.reply_to)];
        for (field, address) in own.into_iter().flatten().chain(to) {
            // That it is no address at all is found anyway.
            if !is_one_address(&address) && (address.contains('@') || field == "reply_to") {
                add(
                    &field,
                    format!(
                        "\"{address}\" is not one address of mail: name@example.vn, or Name <name@example.vn>; several are entries of their own in `to`"
                    ),
                );
            }
        }
        let is_whole =
            |how: &String| !how.contains(['<', '>', ',']) && !how.contains(char::is_whitespace);
        if let Some(how) = self.unsubscribe.as_ref().filter(|how| !is_whole(how)) {
            add(
                "unsubscribe",
                format!("\"{how}\" is not one address or link"),
            );
        }
    }
}

/// True when an expression names a value, and is not only a text in quotes.
fn names_something(expression: &str) -> bool {
    let mut outside = expression.split(['"', '\'']).step_by(2);
    outside.any(|words| words.contains(|c: char| c.is_ascii_alphabetic()))
}

/// True for `name@host`, or `Name <name@host>`, and not for two.
fn is_one_address(text: &str) -> bool {
    let text = text.trim();
    let (name, address) = match text.strip_suffix('>').and_then(|t| t.rsplit_once('<')) {
        Some((name, address)) => (name.trim(), address),
        None => ("", text),
    };
    let is_quoted = name.len() > 1 && name.starts_with('"') && name.ends_with('"');
    let inside = if is_quoted {
        &name[1..name.len() - 1]
    } else {
        name
    };
    let is_name = !inside.contains(['"', '\\', '<', '>', '@'])
        && !inside.contains(char::is_control)
        && (is_quoted || !inside.contains([',', ';', ':']));
    let Some((local, host)) = address.rsplit_once('@') else {
        return false;
    };
    let is_plain = |c: char| !c.is_control() && !c.is_whitespace() && !"\"(),:;<>@[\\]".contains(c);
    let is_dotted = |t: &str| {
        t.split('.')
            .all(|p| !p.is_empty() && p.chars().all(is_plain))
    };
    let is_host = host
        .split('.')
        .all(|p| !p.starts_with('-') && !p.ends_with('-'));
    is_name && is_dotted(local) && is_dotted(host) && is_host
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults_of(outlet: &str) -> String {
        let outlet: Outlet = serde_yaml::from_str(outlet).unwrap();
        let faults = outlet.adoption_faults("o");
        let lines = faults
            .iter()
            .map(|f| format!("{}: {}\n", f.path, f.what.without_commands()));
        lines.collect()
    }

    #[test]
    fn credentials_are_refused_at_their_place_and_not_repeated() {
        let key = "sk_live_abcdefghij0123456789";
        let word = "abcdefghij0123456789";
        for (field, outlet) in [
            (
                "proxy",
                format!("proxy: 'http://user:{word}@proxy.example:8080'"),
            ),
            ("proxy", format!("proxy: 'user:{word}@proxy.example:8080'")),
            ("url", format!("url: 'https://a.example/send?token={key}'")),
            (
                "url",
                format!("url: 'https://a.example/send?api_key={word}'"),
            ),
            (
                "url",
                format!("url: 'https://hooks.slack.com/services/T0/B0/{word}'"),
            ),
            ("headers.X-Auth", format!("headers: {{ X-Auth: {key} }}")),
            (
                "headers.X-A",
                format!("headers: {{ X-A: 'Bearer {word}' }}"),
            ),
            (
                "headers.Authorization",
                format!("headers: {{ Authorization: \"Bearer {key}{{{{ '' }}}}\" }}"),
            ),
            (
                "headers.Authorization",
                format!("headers: {{ Authorization: \"{{{{ '{word}' }}}}\" }}"),
            ),
            (
                "headers.X-Token",
                format!("headers: {{ X-Token: '{{{{ secret }}}}{word}' }}"),
            ),
            ("body", format!("body: '{{ \"token\": \"{word}\" }}'")),
            (
                "body",
                "body: 'user=a&password=hunter22&text={{ text }}'".to_owned(),
            ),
        ] {
            let found = faults_of(&format!("{{ kind: http-sms, {outlet} }}"));
            assert!(
                found.contains(&format!("outlets.o.{field}: ")),
                "{outlet}: {found}"
            );
            let is_repeated = [key, word, "hunter22"].iter().any(|s| found.contains(s));
            assert!(
                !is_repeated && found.lines().count() == 1,
                "{outlet}: {found}"
            );
        }
        for outlet in [
            "proxy: 'http://proxy.example:8080'",
            "url: 'https://a.example/send?token={{ secret }}'",
            "headers: { Authorization: 'Bearer {{ secret }}', X-Project: 'abcdefghij0123456789' }",
            "headers: { X-Idempotency-Key: '{{ key }}', X-Api-Key: '{{ secret }}' }",
        ] {
            let found = faults_of(&format!("{{ kind: http-sms, {outlet} }}"));
            assert!(found.is_empty(), "{outlet}: {found}");
        }
    }

    #[test]
    fn addresses_of_mail_are_one_each() {
        for wrong in [
            "x@abc.vn, victim@x.vn",
            "x@abc.vn;y@x.vn",
            "x@abc.vn y@x.vn",
            "A, B <x@abc.vn>",
            "<x@abc.vn> <y@x.vn>",
            "x@y@abc.vn",
            "x@",
            "@abc.vn",
            "x@abc..vn",
            "x@abc.vn\nBcc: y@x.vn",
            "a\" <x@abc.vn>",
        ] {
            assert!(!is_one_address(wrong), "{wrong}");
        }
        for right in [
            "x@abc.vn",
            "ABC – Trung tâm <suco@abc.vn>",
            "\"A, B\" <x@abc.vn>",
            "<x@abc.vn>",
            "first.last+tag@mail.abc.vn",
            "tên@vídụ.vn",
        ] {
            assert!(is_one_address(right), "{right}");
        }
        let found = faults_of(
            "{ kind: smtp, from: 'a@b.vn, c@d.vn', to: [x@abc.vn, 'x@abc.vn, victim@x.vn'], reply_to: nobody, unsubscribe: 'a> b' }",
        );
        for place in ["from", "to[1]", "reply_to", "unsubscribe"] {
            assert!(found.contains(&format!("outlets.o.{place}: ")), "{found}");
        }
        assert_eq!(found.lines().count(), 4, "{found}");
    }
}
