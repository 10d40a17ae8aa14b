//! Pictures of people: a small pattern of one colour, mirrored, as a PNG.

use std::io::{self, Write as _};

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

/// Squares along each side of the pattern, and pixels along each side of a square.
const SQUARES: u64 = 5;
const SIDE: u64 = 16;

/// The picture that a number stands for.
pub fn png(number: u64) -> io::Result<Vec<u8>> {
    let width = u32::try_from(SQUARES * SIDE).unwrap_or(u32::MAX);
    let mut header = Vec::new();
    header.extend(width.to_be_bytes());
    header.extend(width.to_be_bytes());
    // Eight bits, an index into the palette; no interlacing.
    header.extend([8, 3, 0, 0, 0]);
    let [red, green, blue, ..] = number.to_be_bytes();
    let palette = [0xf4, 0xf3, 0xef, red, green, blue];

    let mut picture = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", header.as_slice()), (b"PLTE", &palette), (b"IDAT", &pixels(number)?), (b"IEND", &[])]
    {
        chunk(&mut picture, kind, data);
    }
    Ok(picture)
}

/// One row after the other, each with a byte in front that says it is not filtered.
fn pixels(number: u64) -> io::Result<Vec<u8>> {
    let mut pixels = ZlibEncoder::new(Vec::new(), Compression::fast());
    for y in 0..SQUARES * SIDE {
        pixels.write_all(&[0])?;
        let filled = |x: u64| {
            let column = (x / SIDE).min(SQUARES - 1 - x / SIDE);
            number >> (column * SQUARES + y / SIDE) & 1 == 1
        };
        let row: Vec<u8> = (0..SQUARES * SIDE).map(|x| u8::from(filled(x))).collect();
        pixels.write_all(&row)?;
    }
    pixels.finish()
}

fn chunk(picture: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    picture.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    let mut sum = Crc::new();
    sum.update(kind);
    sum.update(data);
    picture.extend(kind);
    picture.extend(data);
    picture.extend(sum.sum().to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_a_png() {
        let picture = png(0x00ff_1234_5678_9abc).expect("a picture");
        assert_eq!(picture[..8], *b"\x89PNG\r\n\x1a\n");
        assert_eq!(picture[12..24], *b"IHDR\0\0\0\x50\0\0\0\x50");
        // The last chunk is empty; its checksum is the same in every PNG there is.
        assert_eq!(picture[picture.len() - 12..], *b"\0\0\0\0IEND\xae\x42\x60\x82");
        assert_ne!(picture, png(1).expect("another"));
    }
}
