//! The certificate, as clients see it that are told to trust it.

use jackfield::testing::sandbox::{Options, Sandbox};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::support::h2_client::{tls, tls_as};

fn certificates(text: &str) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(text.as_bytes()).map(Result::unwrap).collect()
}

#[tokio::test]
async fn it_is_good_for_the_names_of_this_machine_alone() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let (url, root) = (sandbox.url().as_str(), sandbox.certificate().unwrap());
    for name in ["localhost", "127.0.0.1", "::1"] {
        tls_as(name, url, &root, &["h2"]).await.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    for name in ["api.scalekit.com", "127.0.0.2", "jackfield.localhost"] {
        let Err(refused) = tls_as(name, url, &root, &["h2"]).await else { panic!("another name") };
        assert!(refused.to_string().contains("not valid for name"), "{refused}");
    }
}

#[tokio::test]
async fn it_is_one_certificate_without_its_key_and_each_sandbox_has_its_own() {
    let (one, other) = (Sandbox::start(Options::default()).await, Sandbox::start(Options::default()).await);
    let (one, other) = (one.unwrap(), other.unwrap());
    let root = one.certificate().unwrap();
    assert_eq!(certificates(&root).len(), 1);
    // The extension for usages of the key, 2.5.29.15: BoringSSL refuses the certificate as a root for it.
    assert!(!certificates(&root)[0].windows(5).any(|bytes| bytes == [0x06, 0x03, 0x55, 0x1d, 0x0f]));
    assert!(!root.contains("PRIVATE"));
    assert_eq!(one.certificate().unwrap(), root, "whoever asks again gets the same");
    assert_ne!(other.certificate().unwrap(), root);
    assert!(tls(other.url().as_str(), &root, &["h2"]).await.is_err(), "another sandbox is not trusted by it");
}

#[tokio::test]
async fn a_file_of_roots_holds_those_of_the_machine_and_it() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let roots = sandbox.roots().unwrap();
    assert!(roots.ends_with(&sandbox.certificate().unwrap()));
    let machine = rustls_native_certs::load_native_certs().certs;
    let all = certificates(&roots);
    assert_eq!(all.len(), machine.len() + 1);
    assert!(machine.iter().all(|root| all.contains(root)));
    // Roots of a machine are of many kinds; not every client can read each of them.
    tls(sandbox.url().as_str(), &sandbox.certificate().unwrap(), &["h2"]).await.unwrap();
}
