//! Credentials of every kind, made from the facts in the data, in every surrounding: none survives.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json as value;

use super::super::rules::forms;
use super::super::*;

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn word(&mut self, alphabet: &str, length: usize) -> String {
        let alphabet: Vec<char> = alphabet.chars().collect();
        (0..length).map(|_| alphabet[self.below(alphabet.len())]).collect()
    }

    /// A credential of this form. What begins or ends a run is a letter or digit.
    fn credential(&mut self, form: &str) -> String {
        let mut made = String::new();
        let mut rest = form;
        while let Some((text, run)) = rest.split_once('{') {
            let (run, behind) = run.split_once('}').unwrap();
            let (class, length) = run.split_once(':').unwrap();
            let (least, most) = length.split_once('-').unwrap_or((length, length));
            let least: usize = least.parse().unwrap();
            let most = most.parse().unwrap_or(least + 24);
            let length = least + self.below(most - least + 1);
            made.push_str(text);
            made.push_str(&self.run(class, length));
            rest = behind;
        }
        made + rest
    }

    fn run(&mut self, class: &str, length: usize) -> String {
        let lower = "abcdefghijklmnopqrstuvwxyz0123456789";
        let upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        let alnum = format!("{lower}{upper}");
        let (ends, within) = match class {
            "digit" => ("0123456789".to_owned(), ""),
            "hex" => ("0123456789abcdef".to_owned(), ""),
            "xdigit" => ("0123456789abcdefABCDEF".to_owned(), ""),
            "lower" => (lower.to_owned(), ""),
            "upper" => (upper.to_owned(), ""),
            "alnum" | "mixed" => (alnum, ""),
            "word" => (alnum, "_"),
            "url" | "mixurl" | "pad" => (alnum, "_-"),
            "dotted" => (alnum, "_-."),
            "tilde" => (alnum, "_-.~"),
            "base64" => (alnum, "+/"),
            "list" => (alnum, "+/_-"),
            "path" => (alnum, "_-"),
            "crypt" => (alnum, "./"),
            "graph" => (alnum, "!$*+_-."),
            other => panic!("no class {other}"),
        };
        let mut word = self.word(&format!("{ends}{within}"), length);
        if length > 0 {
            word.replace_range(0..1, if class.starts_with("mix") { "7" } else { "a" }.get(..1).unwrap());
            if !ends.contains('a') || !ends.contains('b') {
                word.replace_range(0..1, &self.word(&ends, 1));
            }
            if class == "upper" {
                word.replace_range(0..1, &self.word(&ends, 1));
            }
            word.pop();
            word.push_str(&self.word(&ends, 1));
        }
        word
    }
}

/// A surrounding: a document with the credential in it.
type Surrounding = (&'static str, fn(&str) -> serde_json::Value);

fn in_text(secret: &str, text: &str) -> serde_json::Value {
    value!({ "text": text.replace("%s", secret) })
}

fn percent(secret: &str) -> String {
    secret
        .bytes()
        .map(|b| match b {
            b if b.is_ascii_alphanumeric() || b"-_.~".contains(&b) => char::from(b).to_string(),
            b => format!("%{b:02X}"),
        })
        .collect()
}

fn as_bytes(bytes: &[u8]) -> serde_json::Value {
    value!({ "bytes": STANDARD.encode(bytes) })
}

/// Surroundings of a credential that is known by its shape: nothing around it says that it is one.
const NEUTRAL: [Surrounding; 33] = [
    ("field", |s| value!({ "note": s })),
    ("element", |s| value!([1, [s]])),
    ("object key", |s| value!({ "map": { s: 1 } })),
    ("JSON in a text", |s| value!({ "body": value!({ "a": [s] }).to_string() })),
    ("JSON in a text in a text", |s| value!({ "body": value!({ "a": value!({ "b": s }).to_string() }).to_string() })),
    ("JSON in a log line", |s| in_text(&value!({ "a": s }).to_string(), "12:00 sent %s in 3 ms")),
    ("sentence", |s| in_text(s, "Look: %s, said Ada.")),
    ("quoted", |s| in_text(s, "value '%s'")),
    ("start of a text", |s| in_text(s, "x=%s")),
    ("line of .env", |s| in_text(s, "A=1\nexport VALUE=%s\nB=2")),
    ("YAML", |s| in_text(s, "a:\n  value: %s\n  - %s\nb: 1")),
    ("XML element", |s| in_text(s, "<a><value>%s</value></a>")),
    ("XML attribute", |s| in_text(s, "<add key=\"x\" value=\"%s\"/>")),
    ("cookie", |s| in_text(s, "Cookie: a=1; b=%s; c=2")),
    ("set-cookie", |s| in_text(s, "Set-Cookie: a=%s; Path=/; HttpOnly")),
    ("header", |s| in_text(s, "POST / HTTP/1.1\r\nX-Custom: %s\r\nHost: x")),
    ("bearer", |s| in_text(s, "curl -H 'Authorization: Bearer %s' https://x.example")),
    ("connection string", |s| in_text(s, "Server=db;Extra=%s;Port=1")),
    ("netrc", |s| in_text(s, "machine x.example\n  login ada\n  password %s\n")),
    ("name of two members", |s| value!({ "name": "anything", "value": s })),
    ("pair", |s| value!(["anything", s])),
    ("list of pairs", |s| value!([["Accept", "x"], ["X-Custom", s]])),
    ("URL query", |s| in_text(&percent(s), "https://x.example/a?b=%s&c=1")),
    ("URL path", |s| in_text(&percent(s), "https://x.example/a/%s/b")),
    ("URL user", |s| in_text(&percent(s), "https://%s@x.example/a")),
    ("URL password", |s| in_text(&percent(s), "https://ada:%s@x.example/a")),
    ("proxied path", |s| in_text(&percent(s), "GET /v1/things/%s/parts")),
    ("proxied path, raw", |s| in_text(s, "GET /v1/%s")),
    ("log target", |s| in_text(&percent(s), "request target=\"/proxy/a?cursor=%s\" status=200")),
    ("form body", |s| as_bytes(format!("a=1&t={}&b=2", percent(s)).as_bytes())),
    ("multipart body", |s| {
        as_bytes(format!("--b\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n{s}\r\n--b--\r\n").as_bytes())
    }),
    ("body that is no text", |s| as_bytes(&[b"\xff\xfe\0", s.as_bytes(), b"\0\xff"].concat())),
    ("nested Base64", |s| as_bytes(value!({ "a": STANDARD.encode(format!("x {s} y")) }).to_string().as_bytes())),
];

/// Surroundings whose name says that a credential stands beside it, whatever it looks like.
const NAMED: [Surrounding; 51] = [
    ("field", |s| value!({ "clientSecret": s })),
    ("field, another word last", |s| value!({ "secretValue": s })),
    ("field, numbered", |s| value!({ "password2": s })),
    ("header field", |s| value!({ "headers": [{ "X-Auth-Key": s }] })),
    ("subscription", |s| value!({ "Ocp-Apim-Subscription-Key": s })),
    ("session", |s| value!({ "session_id": s })),
    ("list", |s| value!({ "tokens": [s] })),
    ("JSON in a text", |s| value!({ "body": value!({ "private_key_pem": s }).to_string() })),
    (
        "JSON in a text in a text",
        |s| value!({ "b": value!({ "a": value!({ "auth_key": s }).to_string() }).to_string() }),
    ),
    ("JSON in a log line", |s| in_text(&value!({ "a": 1, "api_key": s }).to_string(), "sent %s in 3 ms")),
    ("JSON in a text in a log line", |s| {
        in_text(&value!({ "b": value!({ "token": s }).to_string() }).to_string(), "sent %s")
    }),
    ("lines of JSON", |s| in_text(&value!({ "password": s }).to_string(), "{\"a\":1}\n%s\n{\"b\":2}")),
    ("start of a text", |s| in_text(s, "password=%s")),
    ("start of a text, spaced", |s| in_text(s, "api_key = %s")),
    ("header line", |s| in_text(s, "X-Api-Key: %s")),
    ("authorization", |s| in_text(s, "Authorization: Basic %s\nHost: x")),
    ("authorization, bare", |s| in_text(s, "GET / HTTP/1.1\r\nAuthorization: %s\r\nHost: x")),
    (".env", |s| in_text(s, "A=1\nDB_PASSWORD=%s\nB=2")),
    (".env, quoted", |s| in_text(s, "export STRIPE_SECRET=\"%s\" # mine")),
    ("YAML", |s| in_text(s, "db:\n  user: ada\n  password: %s\n  port: 1")),
    ("YAML, quoted", |s| in_text(s, "password: '%s'")),
    ("YAML, list", |s| in_text(s, "- name: API_TOKEN\n  value: %s\n")),
    ("TOML", |s| in_text(s, "[db]\npassword = \"%s\"\n")),
    ("properties", |s| in_text(s, "spring.datasource.password=%s")),
    ("XML element", |s| in_text(s, "<a><Password>%s</Password></a>")),
    ("XML element with a prefix", |s| in_text(s, "<wsse:Password Type=\"x\">%s</wsse:Password>")),
    ("XML attribute", |s| in_text(s, "<db user=\"ada\" password=\"%s\"/>")),
    ("XML name and value", |s| in_text(s, "<add key=\"ApiKey\" value=\"%s\" />")),
    ("XML text under a name", |s| in_text(s, "<string name=\"client_secret\">%s</string>")),
    ("property list", |s| in_text(s, "<key>password</key>\n  <string>%s</string>")),
    ("cookie", |s| in_text(s, "Cookie: sid=%s; theme=dark")),
    ("set-cookie", |s| in_text(s, "HTTP/1.1 200 OK\r\nSet-Cookie: sid=%s; Path=/\r\nA: b")),
    ("connection string", |s| in_text(s, "Server=db;User Id=ada;Password=%s;Port=1")),
    ("connection string of a store", |s| in_text(s, "AccountName=a;AccountKey=%s;EndpointSuffix=core")),
    ("netrc", |s| in_text(s, "machine x.example login ada password %s")),
    ("netrc, lines", |s| in_text(s, "machine x.example\n\tlogin ada\n\tpassword %s\n")),
    ("name and value", |s| value!([{ "name": "password", "value": s }])),
    ("value and name", |s| value!({ "value": s, "key": "API_KEY" })),
    ("name and value in a text", |s| value!({ "a": value!({ "name": "password", "value": s }).to_string() })),
    ("pair", |s| value!(["Authorization", s])),
    ("list of pairs", |s| value!({ "headers": [["Accept", "x"], ["X-Api-Key", s]] })),
    ("names and values in turn", |s| value!(["Accept", "x", "Cookie", format!("{s}7")])),
    ("URL query", |s| in_text(&percent(s), "https://x.example/a?access_token=%s&c=1")),
    ("URL fragment", |s| in_text(&percent(s), "https://x.example/a#id_token=%s")),
    ("URL password", |s| in_text(&percent(s), "amqp://ada:%s@x.example:5672/v")),
    ("proxied path", |s| in_text(&percent(s), "GET /v1?api_key=%s")),
    ("option", |s| in_text(s, "tool --password %s --verbose")),
    ("code", |s| in_text(s, "client = Client(api_key=\"%s\", n=1)")),
    ("form body", |s| as_bytes(format!("user=ada&password={}&n=1", percent(s)).as_bytes())),
    ("multipart body", |s| {
        as_bytes(format!("--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n{s}\r\n--b--\r\n").as_bytes())
    }),
    ("body that is no text", |s| as_bytes(&[b"\xff\0password=", s.as_bytes(), b"\n\0\xff"].concat())),
];

/// Everything that is in a value, texts in Base64 opened.
fn laid_open(text: &str) -> String {
    let mut all = text.replace("\\/", "/");
    for _ in 0..2 {
        for word in all.clone().split(|c: char| !c.is_ascii_alphanumeric() && !"+/=".contains(c)) {
            if word.len() >= 12
                && let Ok(bytes) = STANDARD.decode(word)
            {
                all.push(' ');
                all.push_str(&String::from_utf8_lossy(&bytes));
            }
        }
    }
    all
}

/// The surroundings in which something of these credentials survives, and how many were planted.
fn survivors(secrets: &[String], surroundings: &[Surrounding]) -> (Vec<String>, usize) {
    let mut kept = Vec::new();
    for secret in secrets {
        for (name, surround) in surroundings {
            let document = JsonText::parse(surround(secret).to_string()).unwrap();
            let shown = json(&document);
            let open = laid_open(shown.json.raw());
            let end: String = secret.chars().skip(secret.chars().count().saturating_sub(10)).collect();
            if open.contains(&end) || open.contains(&percent(&end)) || shown.hidden.is_empty() {
                kept.push(format!("{secret} in {name}: {}", shown.json.raw()));
            }
            let again = json(&shown.json);
            assert_eq!(again.json.raw(), shown.json.raw(), "what is redacted stays as it is");
        }
    }
    (kept, secrets.len() * surroundings.len())
}

#[test]
fn no_credential_of_a_known_shape_survives_anywhere() {
    let mut dice = Dice(1);
    let secrets: Vec<String> = forms().unwrap().iter().map(|form| dice.credential(form)).collect();
    let (kept, planted) = survivors(&secrets, &NEUTRAL);
    assert!(kept.is_empty() && planted > 5_000, "{} of {planted}:\n{}", kept.len(), kept.join("\n"));
}

#[test]
fn nothing_under_the_name_of_a_credential_survives() {
    let mut dice = Dice(2);
    let lower = "abcdefghijklmnopqrstuvwxyz";
    let mut secrets: Vec<String> =
        ["hunter2", "swordfish", "Tr0ub4dor", "7", "a1b2-c3d4_e5.f6~"].map(str::to_owned).into();
    secrets = secrets.into_iter().map(|secret| format!("{secret}zqx")).collect();
    for length in 10..40 {
        secrets.push(dice.word(&format!("{lower}ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"), length));
    }
    let (kept, planted) = survivors(&secrets, &NAMED);
    assert!(kept.is_empty() && planted > 1_500, "{} of {planted}:\n{}", kept.len(), kept.join("\n"));
}

#[test]
fn every_kind_of_key_block_goes() {
    for title in ["", "RSA ", "EC ", "DSA ", "OPENSSH ", "ENCRYPTED ", "PGP "] {
        let block = if title == "PGP " { " BLOCK" } else { "" };
        let key = format!(
            "-----BEGIN {title}PRIVATE KEY{block}-----\nMIIBVgIBADAN\nBgkqhkiG9w0B\n-----END {title}PRIVATE KEY{block}-----"
        );
        for (name, surround) in &NEUTRAL[..9] {
            let shown = json(&JsonText::parse(surround(&key).to_string()).unwrap());
            assert!(!shown.json.raw().contains("BgkqhkiG9w0B"), "{title} in {name}: {}", shown.json.raw());
        }
    }
}
