//! `saydo mcp`: a client that speaks the protocol line by line, in a workspace. It compares what the tools answer with what the
//! command line says, and knows nothing of how either comes about.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use crate::support::play::{Play, cable_down, declared};

/// A client with its server.
struct Client {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    last: u64,
}

impl Client {
    /// Starts the server and greets it.
    fn start(p: &Play) -> Client {
        let mut client = Client::start_silent(p);
        let hello = json!({
            "protocolVersion": "2025-06-18", "capabilities": {},
            "clientInfo": { "name": "test", "version": "1" },
        });
        let answer = client.ask("initialize", hello);
        let result = &answer["result"];
        assert_eq!(result["serverInfo"]["name"], "saydo");
        assert_eq!(result["capabilities"], json!({ "tools": {} }));
        assert!(
            result["instructions"]
                .as_str()
                .unwrap()
                .contains("No tool here issues")
        );
        client.say(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }).to_string());
        client
    }

    fn start_silent(p: &Play) -> Client {
        let mut command = p.command(&["mcp"]);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (input, output) = (child.stdin.take(), child.stdout.take().unwrap());
        Client {
            child,
            input,
            output: BufReader::new(output),
            last: 0,
        }
    }

    fn say(&mut self, line: &str) {
        writeln!(self.input.as_mut().unwrap(), "{line}").unwrap();
    }

    fn hear(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let value: Value = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line:?}"));
        assert_eq!(value["jsonrpc"], "2.0");
        value
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.last += 1;
        let request =
            json!({ "jsonrpc": "2.0", "id": self.last, "method": method, "params": params });
        self.say(&request.to_string());
        let answer = self.hear();
        assert_eq!(answer["id"], self.last, "{answer}");
        answer
    }

    fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let answer = self.ask(
            "tools/call",
            json!({ "name": tool, "arguments": arguments }),
        );
        let result = answer["result"].clone();
        assert!(result.is_object(), "{answer}");
        result
    }

    /// What a tool answers when nothing goes wrong; its text says the same as its structure.
    fn answer(&mut self, tool: &str, arguments: Value) -> Value {
        let result = self.call(tool, arguments);
        assert_ne!(result["isError"], true, "{result}");
        let text = result["content"][0]["text"].as_str().unwrap();
        assert_eq!(
            serde_json::from_str::<Value>(text).unwrap(),
            result["structuredContent"]
        );
        result["structuredContent"].clone()
    }

    /// What a tool says when something is wrong.
    fn trouble(&mut self, tool: &str, arguments: Value) -> String {
        let result = self.call(tool, arguments);
        assert_eq!(result["isError"], true, "{result}");
        result["content"][0]["text"].as_str().unwrap().to_owned()
    }

    /// Ends the input; gives the exit code and what the server said beside the protocol.
    fn end(mut self) -> (i32, String) {
        drop(self.input.take());
        let mut rest = String::new();
        self.output.read_line(&mut rest).unwrap();
        assert_eq!(rest, "");
        let out = self.child.wait_with_output().unwrap();
        (
            out.status.code().unwrap(),
            String::from_utf8(out.stderr).unwrap(),
        )
    }
}

/// What the command line says on its error stream.
fn said(p: &Play, args: &[&str]) -> String {
    String::from_utf8(p.command(args).output().unwrap().stderr).unwrap()
}

#[test]
fn the_tools_say_what_they_are_for() {
    let p = Play::new("");
    let mut client = Client::start(&p);
    let answer = client.ask("tools/list", json!({}));
    let tools = answer["result"]["tools"].as_array().unwrap();
    let names: Vec<&str> = tools.iter().map(|t| t["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["facts", "check", "quote", "draft"]);
    for tool in tools {
        let words = tool["description"].as_str().unwrap();
        assert!(words.split_whitespace().count() >= 30, "{words}");
        assert!(
            ["nothing", "not"].iter().any(|w| words.contains(w)),
            "{words}"
        );
        assert_eq!(tool["annotations"]["readOnlyHint"], true);
        assert_eq!(tool["annotations"]["openWorldHint"], false);
        let schema = &tool["inputSchema"];
        assert_eq!(
            (&schema["type"], &schema["additionalProperties"]),
            (&json!("object"), &json!(false))
        );
        for (name, property) in schema["properties"].as_object().unwrap() {
            assert!(
                property["description"].is_string(),
                "{name} of {}",
                tool["name"]
            );
        }
    }
    assert_eq!(client.end(), (0, String::new()));
}

#[test]
fn each_tool_answers_as_its_command() {
    let p = Play::new("");
    declared(&p);
    let mut client = Client::start(&p);
    assert_eq!(
        client.answer("facts", json!({})),
        p.json(&["fact", "list", "--all"])
    );
    assert_eq!(
        client.answer("facts", json!({ "incident": "INC-1", "audience": "staff" })),
        p.json(&["fact", "list", "INC-1", "--audience", "staff"]),
    );
    assert_eq!(
        client.answer("draft", json!({})),
        p.json(&["statement", "draft"])
    );
    let some = client.answer(
        "draft",
        json!({ "channels": ["sms"], "langs": ["vi"], "all": true }),
    );
    assert_eq!(
        some,
        p.json(&[
            "statement",
            "draft",
            "--all",
            "--channel",
            "sms",
            "--langs",
            "vi"
        ])
    );
    assert_eq!(some["renditions"].as_array().unwrap().len(), 1);

    for (form, ending, text) in [
        (
            "plain",
            "txt",
            "The AAG cable will be repaired by 18:00, guaranteed.",
        ),
        ("html", "html", "<p>Cáp AAG <b>đã khôi phục</b>.</p>"),
        (
            "markdown",
            "md",
            "# Notice\n\nThe AAG cable is ~~up~~ down.\n",
        ),
    ] {
        let file = format!("text.{ending}");
        std::fs::write(p.path(&file), text).unwrap();
        let mut wanted = p.json(&["check", "--format", "json", "--channel", "chat", &file]);
        wanted["file"] = json!("text");
        let found = client.answer(
            "check",
            json!({ "text": text, "form": form, "channel": "chat" }),
        );
        assert_eq!(found, wanted);
        assert_eq!(
            found["findings"].as_array().unwrap().is_empty(),
            form == "markdown",
            "{found}"
        );
    }
    assert_eq!(client.end(), (0, String::new()));
}

#[test]
fn only_what_still_holds_may_be_quoted() {
    let p = Play::new("");
    cable_down(&p);
    let mut client = Client::start(&p);
    let none = client.answer("quote", json!({}));
    assert_eq!(none["last_statement"], Value::Null);
    p.ok(&["statement", "issue"]);
    let english = json!({ "channel": "web", "lang": "en" });
    let now = client.answer("quote", english.clone());
    assert_eq!(now["last_statement"]["statement"], 1);
    assert_eq!(now["last_statement"]["no_longer_true"], json!([]));
    assert_eq!(
        now["points"],
        p.json(&["talking-points", "--role", "call-centre"])
    );
    let of_line = |answer: &Value, line: &str| -> Vec<String> {
        let all = answer["last_statement"]["sentences"].as_array().unwrap();
        let of = all.iter().filter(|s| s["line"] == line);
        of.map(|s| s["text"].as_str().unwrap().to_owned()).collect()
    };
    let [down] = of_line(&now, "down").try_into().unwrap();
    assert!(
        down.starts_with("Service on the AAG cable has been disrupted since"),
        "{down}"
    );
    p.ok(&["check", "--quote", &down]);
    // Every channel and language, when none is asked for.
    assert!(of_line(&client.answer("quote", json!({})), "down").len() > 5);
    // It is back: the same words may not be quoted any more.
    p.now.set("2026-11-24 21:00");
    p.ok(&["link", "set", "AAG", "up", "--source", "own-check"]);
    assert_eq!(client.end().0, 0);
    let mut client = Client::start(&p);
    let later = client.answer("quote", english);
    assert_eq!(of_line(&later, "down"), Vec::<String>::new());
    let gone = later["last_statement"]["no_longer_true"]
        .as_array()
        .unwrap();
    assert!(gone.contains(&json!("down")), "{gone:?}");
    assert_eq!(p.run(&["check", "--quote", &down]).0, 1);
    client.end();
}

#[test]
fn troubles_are_said_as_the_command_line_says_them() {
    let p = Play::new("");
    let mut client = Client::start(&p);
    // Nothing is open.
    assert_eq!(
        client.trouble("facts", json!({})),
        said(&p, &["fact", "list"])
    );
    let wording = client.call("check", json!({ "text": "We guarantee it." }));
    assert_eq!(wording["structuredContent"]["held_against"], "wording");
    assert_eq!(
        wording["structuredContent"]["findings"][0]["rule"],
        "guarantee"
    );
    assert_eq!(
        wording["content"][1]["text"],
        "no incident is open: only the wording is checked"
    );
    declared(&p);
    assert_eq!(
        client.trouble("facts", json!({ "incident": "INC-7" })),
        said(&p, &["fact", "list", "INC-7"])
    );
    let args = ["statement", "draft", "--audience", "nobody"];
    assert_eq!(
        client.trouble("draft", json!({ "audience": "nobody" })),
        said(&p, &args)
    );
    let args = ["statement", "draft", "--channel", "smoke"];
    assert_eq!(
        client.trouble("draft", json!({ "channels": ["smoke"] })),
        said(&p, &args)
    );
    for (tool, arguments, words) in [
        (
            "quote",
            json!({ "channel": "smoke" }),
            "saydo.yaml has no channel \"smoke\"",
        ),
        (
            "quote",
            json!({ "audience": "nobody" }),
            "there is no audience \"nobody\"",
        ),
        (
            "quote",
            json!({ "role": "chef" }),
            "there is no role \"chef\"",
        ),
        ("quote", json!({ "lang": "xx" }), "xx"),
        ("draft", json!({ "langs": ["xx"] }), "xx"),
        (
            "draft",
            json!({ "incidents": ["INC-1"], "all": true }),
            "not both",
        ),
        ("check", json!({}), "missing field `text`"),
        ("check", json!({ "text": 7 }), "expected a string"),
        (
            "check",
            json!({ "text": "x", "form": "docx" }),
            "unknown variant `docx`",
        ),
        ("check", json!({ "text": "x", "text_lang": "xx" }), "xx"),
        (
            "check",
            json!({ "text": "x", "file": "/etc/passwd" }),
            "unknown field `file`",
        ),
        (
            "facts",
            json!({ "incedent": "INC-1" }),
            "unknown field `incedent`",
        ),
    ] {
        let trouble = client.trouble(tool, arguments);
        assert!(
            trouble.starts_with("saydo: ") && trouble.contains(words),
            "{trouble}"
        );
    }
    assert_eq!(client.end(), (0, String::new()));
}

#[test]
fn what_the_protocol_does_not_know_is_refused_and_ends_nothing() {
    let p = Play::new("");
    let mut client = Client::start(&p);
    for name in ["issue", "statement issue", "Facts", ""] {
        let answer = client.ask("tools/call", json!({ "name": name, "arguments": {} }));
        assert_eq!(answer["error"]["code"], -32602, "{answer}");
    }
    assert_eq!(
        client.ask("resources/read", json!({ "uri": "file:///etc/passwd" }))["error"]["code"],
        -32601
    );
    assert_eq!(
        client.ask("nothing/known", json!({}))["error"]["code"],
        -32601
    );
    // Lines that are no JSON have no answer.
    for line in [
        "{\"jsonrpc\":\"2.0\",\"id\":90,\"method\":",
        "hello",
        "\u{0}",
        "[[[[",
    ] {
        client.say(line);
    }
    assert_eq!(client.ask("ping", json!({}))["result"], json!({}));
    client.say("{\"x\":1}");
    assert_eq!(client.hear()["error"]["code"], -32600);
    assert_eq!(client.ask("ping", json!({}))["result"], json!({}));
    assert_eq!(client.end(), (0, String::new()));
}

#[test]
fn everything_asked_before_the_input_ends_is_answered() {
    let p = Play::new("");
    declared(&p);
    let mut client = Client::start(&p);
    for id in 100..110 {
        let text = json!({ "text": format!("AAG will be up by {id}.") });
        let call = json!({ "name": "check", "arguments": text });
        client.say(
            &json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": call })
                .to_string(),
        );
    }
    drop(client.input.take());
    let mut ids: Vec<u64> = (100..110)
        .map(|_| client.hear()["id"].as_u64().unwrap())
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, (100..110).collect::<Vec<u64>>());
    assert_eq!(client.end(), (0, String::new()));
}

#[test]
fn nothing_is_written_to_the_record() {
    let p = Play::new("");
    declared(&p);
    let record = || {
        (
            p.ok(&["record", "export"]),
            p.json(&["outbox", "list", "--all"]),
        )
    };
    let before = record();
    let mut client = Client::start(&p);
    for (tool, arguments) in [
        ("facts", json!({})),
        ("check", json!({ "text": "AAG is up." })),
        ("quote", json!({})),
        ("draft", json!({})),
    ] {
        client.answer(tool, arguments);
    }
    client.end();
    assert_eq!(record(), before);
}

#[test]
fn a_client_that_does_not_begin_is_told() {
    let p = Play::new("");
    assert_eq!(Client::start_silent(&p).end(), (0, String::new()));
    let mut client = Client::start_silent(&p);
    client.say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    let (code, words) = client.end();
    assert_eq!(
        (code, words.lines().next()),
        (2, Some("saydo: the client did not begin with initialize"))
    );
    let dir = tempfile::tempdir().unwrap();
    let out = p
        .command(&["mcp"])
        .current_dir(dir.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&out.stderr).starts_with("saydo: no workspace here"));
}
