//! Texts that are replaced, and texts that must not be.

use std::borrow::Cow;

use super::super::*;

const JWT: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl";

fn redacted(text: &str) -> (String, Vec<String>) {
    let Redacted { json, hidden } = json(&JsonText::parse(text.to_owned()).unwrap());
    (json.raw().to_owned(), hidden.iter().map(|pointer| pointer.raw().to_owned()).collect())
}

#[test]
fn what_stands_under_such_a_name_is_replaced_and_the_rest_keeps_its_bytes() {
    let text = r#"{ "a": 1.10, "api_key":"k", "in": [{"Token": {"x": [1]}, "z":2}], "password": null, "a":0}"#;
    let (shown, hidden) = redacted(text);
    let expected =
        r#"{ "a": 1.10, "api_key":"[redacted]", "in": [{"Token": "[redacted]", "z":2}], "password": null, "a":0}"#;
    assert_eq!((shown.as_str(), hidden), (expected, vec!["/api_key".to_owned(), "/in/0/Token".to_owned()]));
}

#[test]
fn credentials_are_known_by_their_look() {
    for (text, shown) in [
        ("Authorization: Bearer abcdefghijklmnop", "Authorization: Bearer [redacted]"),
        ("see ghp_abcdefghijklmnopqrstuvwxyz0123456789 there", "see [redacted] there"),
        ("postgres://ada:hunter2@db.example/x", "postgres://ada:[redacted]@db.example/x"),
        ("postgres://ada:hun/ter2@db.example/x", "postgres://ada:[redacted]@db.example/x"),
        ("redis://:hunter2@db.example/1", "redis://:[redacted]@db.example/1"),
        ("https://x.example/cb?access_token=abc&n=1", "https://x.example/cb?access_token=[redacted]&n=1"),
        ("https://x.example/cb?code=abc&n=1", "https://x.example/cb?code=[redacted]&n=1"),
        ("https://x.example/a?n=1&X-Amz-Signature=00ff#top", "https://x.example/a?n=1&X-Amz-Signature=[redacted]#top"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\n.", "[redacted]\n."),
        ("xoxb-123456789012-abcdef", "[redacted]"),
        ("https://TOKEN:x-oauth-basic@github.com/a/b", "https://[redacted]@github.com/a/b"),
        ("root:hunter2@tcp(db:3306)/x", "root:[redacted]@tcp(db:3306)/x"),
        ("curl -u ada:hunter2 https://x.example", "curl -u ada:[redacted] https://x.example"),
        ("machine x.example login ada password hunter2", "machine x.example login ada password [redacted]"),
        ("Server=db;User Id=ada;Password=hunter2;Port=1", "Server=db;User Id=ada;Password=[redacted];Port=1"),
        (
            "AccountName=a;AccountKey=aGk+aA==;EndpointSuffix=core",
            "AccountName=a;AccountKey=[redacted];EndpointSuffix=core",
        ),
        ("password=hunter2", "password=[redacted]"),
        ("export API_KEY='hunter 2' # mine", "export API_KEY='[redacted]' # mine"),
        ("run --token hunter2 --n 1", "run --token [redacted] --n 1"),
        ("The password is hunter2, sorry", "The password is [redacted], sorry"),
        ("Cookie: a=b; c=d\nX: y", "Cookie: [redacted]\nX: y"),
        ("<Password Type=\"x\">hunter2</Password>", "<Password Type=\"x\">[redacted]</Password>"),
        ("<key>password</key>\n<string>hunter2</string>", "<key>password</key>\n<string>[redacted]</string>"),
        ("- name: DB_PASSWORD\n  value: hunter2\n- name: x\n", "- name: DB_PASSWORD\n  value: [redacted]\n- name: x\n"),
        ("password: |\n  line one\n  line two\nuser: ada", "password: |\n  [redacted]\nuser: ada"),
        (
            "pass it:\n{\"a\": \"b\", \"client_secret\" : \"hun\\\"ter2\", \"c\":1}",
            "pass it:\n{\"a\": \"b\", \"client_secret\" : \"[redacted]\", \"c\":1}",
        ),
        (r#"log {\"password\":\"hunter2\",\"a\":1}"#, r#"log {\"password\":\"[redacted]\",\"a\":1}"#),
        ("define('DB_PASSWORD', 'hunter2');", "define('DB_PASSWORD', '[redacted]');"),
        ("PuTTY-User-Key-File-2: ssh-rsa\nPrivate-Lines: 1\nAAA\nPrivate-MAC: 00ff\nend", "[redacted]\nend"),
    ] {
        assert_eq!(super::super::text(text), shown);
    }
    assert_eq!(super::super::text(&format!("id {JWT}.")), "id [redacted].");
}

#[test]
fn ordinary_text_stays() {
    for plain in [
        "The bearer of this letter",
        "basic training",
        "https://x.example/a?b=c",
        "sk-short",
        "ada@acme.dev",
        "The token authentication is broken",
        "Reset the password of a user",
        "Password: reset flow is broken",
        "secret santa: who draws whom",
        "Fix token: refresh fails",
        "ENG-1234",
        "1203456789012345/1203456789012346",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
        "123e4567-e89b-12d3-a456-426614174000",
        "primary_key=id",
        "d41d8cd98f00b204e9800998ecf8427e",
        "https://ada@acme.dev/x",
        "ssh://git@github.com:22/a/b.git",
        "git@github.com:a/b.git",
        "2025-11-28T15:50:52.123Z",
        "author: Ada Lovelace",
        "title=Token bucket&page=2",
        "password=${DB_PASSWORD}",
        "Authorization: Bearer $TOKEN",
        "token: string;",
        "max_tokens: 4096",
        "next_page_token=abcdef0123456789",
        "monkey: banana",
        "keyboard=qwerty",
        "https://x.example:8080/@scope/pkg",
        "key: value",
        "1600 Amphitheatre Pkwy, Mountain View",
        "package com.example.authorization.internal",
        "<h1>Password</h1><p>How to reset it</p>",
        "password: ********",
        "data:image/png;base64,iVBORw0KGgo=",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "[redacted]",
        "password=[redacted]",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "a.b.c.d.e.f",
        "+49 30 123456",
        "https://github.com/acme/app/commit/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
        "version 1.0.0-rc.1+build.5",
        "the session: today at noon",
        "Use the code 1234 at the door",
        "Basic HTML tutorial for beginners",
    ] {
        assert!(matches!(super::super::text(plain), Cow::Borrowed(_)), "{plain}: {}", super::super::text(plain));
    }
    let plain = r#"{"next_page_token":"abc","max_tokens":4096,"title":"Token bucket","key":"ENG-1","primary_key":"id",
        "monkey":"banana","author":"Ada","tokens":12,"usage":{"output_tokens":3},"token_type":"bearer","id":"issue-1",
        "sha":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b","email":"ada@acme.dev","public_key":"ssh-ed25519 AAAA",
        "required":["password","email"],"error_code":"not_found","code":"abc","signature":"Ada","session":"morning",
        "name":"Password","pair":["key","value"],"uuid":"123e4567-e89b-12d3-a456-426614174000","password":null,"token":true}"#;
    assert_eq!(redacted(plain), (plain.to_owned(), Vec::new()));
}

#[test]
fn a_name_may_stand_beside_the_value() {
    for (value, shown, hidden) in [
        (r#"{"name":"password","value":"x"}"#, r#"{"name":"password","value":"[redacted]"}"#, "/value"),
        (r#"{"value":"x","key":"API_KEY"}"#, r#"{"value":"[redacted]","key":"API_KEY"}"#, "/value"),
        (r#"["Authorization","x"]"#, r#"["Authorization","[redacted]"]"#, "/1"),
        (r#"[["Accept","x"],["cookie","y"]]"#, r#"[["Accept","x"],["cookie","[redacted]"]]"#, "/1/1"),
        (r#"["Accept","x","Authorization","y1"]"#, r#"["Accept","x","Authorization","[redacted]"]"#, "/3"),
        (r#"{"query":[{"code":"x"}]}"#, r#"{"query":[{"code":"[redacted]"}]}"#, "/query/0/code"),
    ] {
        assert_eq!(redacted(value), (shown.to_owned(), vec![hidden.to_owned()]));
    }
}

#[test]
fn texts_within_texts_are_opened() {
    let inner = r#"{"a":1.0,"name":"password","value":"hunter2"}"#;
    let shown = inner.replace("hunter2", MARK);
    let (mut text, mut expected) = (inner.to_owned(), shown);
    for _ in 0..3 {
        text = serde_json::json!({ "body": text }).to_string();
        expected = serde_json::json!({ "body": expected }).to_string();
        assert_eq!(redacted(&text), (expected.clone(), vec!["/body".to_owned()]));
    }
    // password=hunter2, and the same after a byte that is no text.
    for (encoded, shown) in [
        ("cGFzc3dvcmQ9aHVudGVyMg==", "cGFzc3dvcmQ9W3JlZGFjdGVkXQ=="),
        ("/3Bhc3N3b3JkPWh1bnRlcjI=", "/3Bhc3N3b3JkPVtyZWRhY3RlZF0="),
        ("cGFzc3dvcmQ9\naHVudGVyMg==\n", "cGFzc3dvcmQ9W3JlZGFjdGVkXQ=="),
        ("data:text/plain;base64,cGFzc3dvcmQ9aHVudGVyMg==", "data:text/plain;base64,cGFzc3dvcmQ9W3JlZGFjdGVkXQ=="),
    ] {
        assert_eq!(super::super::text(encoded), shown);
    }
}

#[test]
fn a_name_that_is_a_credential_is_replaced() {
    let key = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
    let (shown, hidden) = redacted(&format!(r#"{{"a":{{"{key}":{{"b":1,"token":"x"}}}}}}"#));
    assert_eq!(shown, r#"{"a":{"[redacted]":{"b":1,"token":"[redacted]"}}}"#);
    assert_eq!(hidden, ["/a/[redacted]", "/a/[redacted]/token"]);
}

#[test]
fn what_was_replaced_can_be_emptied() {
    for (value, empty) in [
        (r#"{"token":"x","a":[{"api_key":"y"}]}"#, r#"{"token":"","a":[{"api_key":""}]}"#),
        (r#"{"a/b~c":{"token":1},"n":1.0}"#, r#"{"a/b~c":{"token":""},"n":1.0}"#),
        (r#"{"token":1,"n":2,"token":3}"#, r#"{"token":"","n":2,"token":""}"#),
        (r#" "password=x" "#, r#" "" "#),
    ] {
        let redacted = json(&JsonText::parse(value.to_owned()).unwrap());
        assert_eq!(redacted.to_fill_in().raw(), empty);
    }
}

#[test]
fn escapes_hide_nothing() {
    let escaped: String = JWT.chars().map(|c| format!("\\u{:04x}", c as u32)).collect();
    let (shown, hidden) = redacted(&format!("[\"{escaped}\"]"));
    assert_eq!((shown.as_str(), hidden), ("[\"[redacted]\"]", vec!["/0".to_owned()]));
    assert_eq!(redacted(r#"{"pass\u0077ord":"x"}"#).0, r#"{"pass\u0077ord":"[redacted]"}"#);
}

#[test]
fn nesting_of_any_depth_is_walked_without_recursion() {
    let deep = format!("{}{{\"token\":\"x\"}}{}", "[".repeat(100_000), "]".repeat(100_000));
    let (shown, hidden) = redacted(&deep);
    assert!(shown.contains(MARK) && hidden.len() == 1);
}

#[test]
fn pointers_take_no_more_room_than_the_document_is_worth() {
    let level = r#"{"a":["ghp_abcdefghijklmnopqrstuvwxyz","#;
    let deep = format!("{}1{}", level.repeat(4_000), "]}".repeat(4_000));
    let (shown, hidden) = redacted(&deep);
    assert_eq!((shown.matches(MARK).count(), hidden), (4_000, vec![String::new()]));
}
