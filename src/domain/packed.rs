//! Texts that are kept for long and seldom read: compressed, several together.

use std::io::{self, Read as _, Write as _};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

/// One of several texts that are compressed together. Unpacked once it is read, and kept so until it is closed.
#[derive(Clone)]
pub(super) struct Packed {
    /// A thin pointer: there is one for every row of a long list.
    texts: Arc<Box<[u8]>>,
    /// Place among the texts, unpacked.
    start: u32,
    length: u32,
    plain: OnceLock<Box<Bytes>>,
}

impl Packed {
    /// The same texts, compressed and not closed yet. None where that fails.
    pub fn pack(texts: &[Bytes]) -> Option<Vec<Self>> {
        let mut packer = DeflateEncoder::new(Vec::new(), Compression::fast());
        texts.iter().try_for_each(|text| packer.write_all(text)).ok()?;
        let packed = Arc::new(packer.finish().ok()?.into_boxed_slice());
        let mut start = 0;
        let place = |text: &Bytes| {
            let length = u32::try_from(text.len()).ok()?;
            let plain = OnceLock::from(Box::new(text.clone()));
            let text = Self { texts: Arc::clone(&packed), start, length, plain };
            start = start.checked_add(length)?;
            Some(text)
        };
        texts.iter().map(place).collect()
    }

    /// The text. Costs unpacking what stands before it as well, where it is closed.
    pub fn plain(&self) -> &Bytes {
        // What was packed here can be unpacked.
        self.plain.get_or_init(|| Box::new(self.unpacked().unwrap_or_else(|_| Bytes::from_static(b"null"))))
    }

    /// Forgets the plain text until it is read again.
    pub fn close(&mut self) {
        self.plain.take();
    }

    /// True while only the compressed form is there.
    #[cfg(test)]
    pub fn is_closed(&self) -> bool {
        self.plain.get().is_none()
    }

    /// Bytes of all the texts, compressed.
    #[cfg(test)]
    pub fn size(&self) -> usize {
        self.texts.len()
    }

    fn unpacked(&self) -> io::Result<Bytes> {
        let mut reader = DeflateDecoder::new(self.texts.as_ref().as_ref());
        io::copy(&mut reader.by_ref().take(u64::from(self.start)), &mut io::sink())?;
        let mut plain = vec![0; self.length as usize];
        reader.read_exact(&mut plain)?;
        Ok(Bytes::from(plain))
    }
}
