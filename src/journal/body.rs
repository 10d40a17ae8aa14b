//! Bodies as they are stored: compressed, up to a limit.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

use super::record::StoredBody;
use crate::domain::JsonText;

/// Bodies up to this many bytes are kept whole; of larger ones only the size is.
pub const KEPT_WHOLE: usize = 16 << 20;

const PLAIN: u8 = 0;
const DEFLATED: u8 = 1;

/// Below this, compressing costs more than it saves.
const WORTH_IT: usize = 512;

/// Compressed form of a body; none for one that is too large to keep.
pub(super) fn pack(json: &JsonText) -> Option<Vec<u8>> {
    let bytes = json.bytes();
    if bytes.len() > KEPT_WHOLE {
        return None;
    }
    if bytes.len() >= WORTH_IT {
        let mut packer = DeflateEncoder::new(vec![DEFLATED], Compression::fast());
        if let Ok(packed) = packer.write_all(bytes).and_then(|()| packer.finish()) {
            return Some(packed);
        }
    }
    Some([&[PLAIN], &bytes[..]].concat())
}

/// Body that [`pack`] compressed. A file that somebody else has written to can say anything: text that is
/// no JSON counts as none, and no more than [`KEPT_WHOLE`] is ever unpacked.
pub(super) fn unpack(stored: Option<&[u8]>) -> StoredBody {
    let Some((kind, bytes)) = stored.and_then(|stored| stored.split_first()) else { return StoredBody::None };
    let mut plain = Vec::new();
    let limit = KEPT_WHOLE as u64;
    let read = match *kind {
        PLAIN => bytes.take(limit).read_to_end(&mut plain),
        DEFLATED => DeflateDecoder::new(bytes).take(limit).read_to_end(&mut plain),
        _ => return StoredBody::None,
    };
    match read.ok().and_then(|_| JsonText::parse(plain).ok()) {
        Some(json) => StoredBody::Kept(json),
        None => StoredBody::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_survive_packing() {
        for text in ["1".to_owned(), format!("[{}0]", "123456789, ".repeat(10_000))] {
            let json = JsonText::parse(text).unwrap();
            let packed = pack(&json).unwrap();
            assert!(packed.len() <= json.bytes().len() + 1);
            assert_eq!(unpack(Some(&packed)), StoredBody::Kept(json));
        }
    }

    #[test]
    fn too_much_is_not_kept_and_nonsense_is_nothing() {
        let large = JsonText::parse(format!("\"{}\"", "x".repeat(KEPT_WHOLE))).unwrap();
        assert!(pack(&large).is_none());
        for nonsense in [&[][..], &[0], &[1, 2, 3], &[9, 9], b"\0{"] {
            assert_eq!(unpack(Some(nonsense)), StoredBody::None);
        }
        assert_eq!(unpack(None), StoredBody::None);
    }
}
