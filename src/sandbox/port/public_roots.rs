//! Roots that a client needs that has one file for all of them: this machine's own, and the sandbox's certificate.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Characters of a line of PEM (RFC 7468, 2).
const LINE: usize = 64;

/// The roots that this machine trusts, in PEM, and `own` after them; `own` alone where the machine has none. Reads
/// files, or asks the keychain on macOS.
pub fn roots(own: &str) -> String {
    // Some may be broken, as they are for every other program of this machine.
    let found = rustls_native_certs::load_native_certs();
    let mut text: String = found.certs.iter().map(|certificate| pem(certificate)).collect();
    text.push_str(own);
    text
}

fn pem(certificate: &[u8]) -> String {
    let encoded = STANDARD.encode(certificate);
    let mut text = "-----BEGIN CERTIFICATE-----\n".to_owned();
    let mut rest = encoded.as_str();
    while let Some((line, after)) = rest.split_at_checked(LINE.min(rest.len())).filter(|(line, _)| !line.is_empty()) {
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str("-----END CERTIFICATE-----\n");
    text
}

#[cfg(test)]
mod tests {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject as _;

    use super::*;

    #[test]
    fn what_is_written_is_read_again_whatever_its_length() {
        for length in [0, 1, 47, 48, 49, 95, 96, 97, 1000] {
            let bytes: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
            let text = pem(&bytes);
            assert!(text.lines().all(|line| line.len() <= LINE), "{text}");
            let read = CertificateDer::from_pem_slice(text.as_bytes()).unwrap();
            assert_eq!(read.as_ref(), bytes);
        }
    }

    #[test]
    fn our_own_stands_behind_those_of_the_machine() {
        let own = pem(b"ours");
        let text = roots(&own);
        let all: Vec<_> = CertificateDer::pem_slice_iter(text.as_bytes()).map(Result::unwrap).collect();
        assert_eq!(all.last().map(CertificateDer::as_ref), Some(&b"ours"[..]));
        assert_eq!(all.len(), rustls_native_certs::load_native_certs().certs.len() + 1);
    }
}
