//! Applications that prove who they are to a token service.

use jackfield::testing::domain::{CredentialOutcome, FaultKind};
use jackfield::testing::oauth::{AssertionKey, ClientProof, ExchangeState};
use serde_json::json;

use super::exchange::{application, by_basic, exchange, secret, service, signed, target};
use crate::support::token_service::{EC_KEY, Expected, LINEAR, RSA_KEY};

const RSA_PKCS1: &str = include_str!("../support/keys/rsa_pkcs1.pem");
const EC_SEC1: &str = include_str!("../support/keys/p256_sec1.pem");

#[tokio::test]
async fn an_application_proves_who_it_is_in_each_way() {
    let service = service().await;
    let ways = [
        by_basic(),
        application("app-post", ClientProof::Body(secret("hunter2-post"))),
        application("app-public", ClientProof::None),
        signed("app-rsa", RSA_KEY),
        signed("app-rsa", RSA_PKCS1),
        signed("app-ec", EC_KEY),
        signed("app-ec", EC_SEC1),
        application("app-workload", ClientProof::Assertion(secret("platform.hunter2.token"))),
    ];
    for way in &ways {
        let token = exchange(&service, way, &target(LINEAR, &["read"])).await;
        assert!(token.is_ok(), "{way:?}: {token:?}");
    }
    let ids: Vec<_> = service.issued().into_iter().map(|issued| issued.application).collect();
    assert_eq!(ids, ways.map(|way| way.client_id));
    for wrong in [
        application("app-basic", ClientProof::Basic(secret("hunter3"))),
        application("app-basic", ClientProof::Body(secret("hunter2-basic"))),
        application("app-basic", ClientProof::None),
        signed("app-rsa", EC_KEY),
        signed("app-basic", RSA_KEY),
        application("nobody", ClientProof::None),
    ] {
        let fault = exchange(&service, &wrong, &target(LINEAR, &[])).await.unwrap_err();
        assert_eq!((fault.state, fault.fault.kind), (ExchangeState::ApplicationRefused, FaultKind::KeyRefused));
        assert_eq!(fault.outcome(), CredentialOutcome::Failure);
    }
}

#[tokio::test]
async fn odd_ids_and_secrets_are_encoded_before_basic_has_them() {
    let service = service().await;
    let (id, odd) = ("app:ä%/+ 1", "hunter:2 &=%ü+");
    service.know_application(id, Expected::Basic("hunter:2 &=%ü+"));
    exchange(&service, &application(id, ClientProof::Basic(secret(odd))), &target(LINEAR, &[])).await.unwrap();
    service.know_application(id, Expected::Post("hunter:2 &=%ü+"));
    exchange(&service, &application(id, ClientProof::Body(secret(odd))), &target(LINEAR, &[])).await.unwrap();
    assert_eq!(service.issued().len(), 2);
}

#[tokio::test]
async fn an_assertion_is_for_one_request_and_for_one_server() {
    let service = service().await;
    let key = |id: &str| AssertionKey::from_pem(&secret(EC_KEY), Some(id.to_owned())).unwrap();
    let named = ClientProof::Signed {
        key: key("key-1"),
        audience: Some(service.url("/").as_str().trim_end_matches('/').to_owned()),
    };
    let other = ClientProof::Signed { key: key(""), audience: Some("https://other.example".to_owned()) };
    for _ in 0..2 {
        exchange(&service, &application("app-ec", named.clone()), &target(LINEAR, &[])).await.unwrap();
    }
    let fault = exchange(&service, &application("app-ec", other), &target(LINEAR, &[])).await.unwrap_err();
    assert_eq!(fault.state, ExchangeState::ApplicationRefused);
    let assertions = service.assertions();
    assert_eq!(assertions[0].0, json!({"alg": "ES256", "typ": "JWT", "kid": "key-1"}));
    let claims = &assertions[0].1;
    let names: Vec<_> = claims.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["iss", "sub", "aud", "jti", "iat", "exp"]);
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 60);
    assert_ne!(claims["jti"], assertions[1].1["jti"]);
    exchange(&service, &signed("app-rsa", RSA_KEY), &target(LINEAR, &[])).await.unwrap();
    let (header, claims) = service.assertions().pop().unwrap();
    assert_eq!(header, json!({"alg": "RS256", "typ": "JWT"}));
    assert_eq!(claims["aud"], service.url("/token").as_str());
}

#[test]
fn keys_that_cannot_sign_are_refused_without_a_word_of_them() {
    let pem = |label: &str, der: &[u8]| {
        use base64::Engine as _;
        let text = base64::prelude::BASE64_STANDARD.encode(der);
        format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")
    };
    let generated = |algorithm| rcgen::KeyPair::generate_for(algorithm).unwrap().serialize_der();
    let p384 = pem("PRIVATE KEY", &generated(&rcgen::PKCS_ECDSA_P384_SHA384));
    let ed25519 = pem("PRIVATE KEY", &generated(&rcgen::PKCS_ED25519));
    for (text, says) in [
        (&*p384, "a kind that is not used"),
        (&ed25519, "a kind that is not used"),
        (&pem("PRIVATE KEY", b"hunter2"), "a kind that is not used"),
        (&pem("CERTIFICATE", b"hunter2"), "is not PEM"),
        (&pem("ENCRYPTED PRIVATE KEY", b"hunter2"), "passphrase"),
        ("hunter2", "is not PEM"),
        ("", "is not PEM"),
    ] {
        let fault = AssertionKey::from_pem(&secret(text), None).unwrap_err();
        assert!(fault.kind == FaultKind::InvalidInput && fault.message.contains(says), "{fault}");
        assert!(!format!("{fault:?}").contains("hunter2"));
    }
    let key = AssertionKey::from_pem(&secret(RSA_KEY), Some("key-1".to_owned())).unwrap();
    assert_eq!(format!("{key:?}"), r#"AssertionKey { algorithm: "RS256", id: Some("key-1") }"#);
}
