//! Credentials that a person types in: asked for as the provider declares, and handed over.

use jackfield::testing::backend::scalekit::words;
use jackfield::testing::domain::{AccountRef, Credentials, FaultKind, Secret, Status};
use jackfield::testing::flow::credentials::{Asked, CredentialTarget, asked, hand_over};
use jackfield::testing::sandbox::VerifyMode;

use super::{World, pair};

fn credentials(fields: &[(&str, &str)]) -> Credentials {
    fields.iter().map(|(name, value)| (*name, Secret::new((*value).to_owned()))).collect()
}

#[tokio::test]
async fn providers_say_what_they_ask_for_or_why_nobody_knows() {
    let world = World::start(VerifyMode::None).await;
    let ask = async |provider: &str, word: &str| {
        asked(world.backend.as_ref(), &provider.into(), &words::authorization(word)).await
    };
    let names = |asked: &Asked| match asked {
        Asked::Declared { pattern, .. } => {
            let fields = pattern.account_fields.iter().chain(&pattern.fields);
            fields.map(|field| field.name.raw().to_owned()).collect::<Vec<_>>()
        }
        Asked::Unknown(why) => panic!("{why}"),
    };
    assert_eq!(names(&ask("FRESHDESK", "API_KEY").await), ["domain", "api_key"]);
    // Accounts spell this type differently from connections and providers.
    assert_eq!(names(&ask("WAREHOUSE:20417", "BEARER_TOKEN").await), ["token"]);
    let why = async |provider: &str, word: &str| match ask(provider, word).await {
        Asked::Unknown(why) => why,
        Asked::Declared { .. } => panic!(),
    };
    assert_eq!(why("LINEAR", "API_KEY").await, "LINEAR declares no fields for accounts of the type API key.");
    assert_eq!(why("NOBODY", "API_KEY").await, "The environment's catalogue does not list NOBODY.");
}

#[tokio::test]
async fn what_is_handed_over_makes_an_account_or_repairs_one() {
    let world = World::start(VerifyMode::None).await;
    let backend = world.backend.as_ref();
    let key = || credentials(&[("domain", "acme.freshdesk.com"), ("api_key", "ada-1234")]);
    let new = CredentialTarget::New("freshdesk".into(), "ada@acme.dev".into());
    assert_eq!(hand_over(backend, &new, key()).await.unwrap().status, Status::Active);
    assert_eq!(hand_over(backend, &new, key()).await.unwrap_err().kind, FaultKind::Conflict);
    let waiting = world.account("freshdesk", "ken@acme.dev").await;
    assert_eq!(waiting.status, Status::PendingAuth);
    let holder = CredentialTarget::Known(AccountRef::Id(waiting.id));
    assert_eq!(hand_over(backend, &holder, key()).await.unwrap().status, Status::Active);
    let consents = CredentialTarget::Known(pair("linear", "ada@acme.dev"));
    let fault = hand_over(backend, &consents, key()).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::InvalidInput);
    assert!(!format!("{fault:?}").contains("ada-1234"));
}
