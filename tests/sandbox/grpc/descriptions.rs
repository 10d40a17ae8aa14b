//! The checked-in descriptions of the messages, held against the `.proto` files beside them.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use flate2::{Compression, GzBuilder};
use protox::Compiler;

const COMPILED: &str = "descriptors.bin.gz";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/sandbox/grpc")
}

/// Descriptor set of every `.proto` file, with what they import.
fn compiled() -> Vec<u8> {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "proto")).collect();
    files.sort();
    assert_eq!(files.len(), 8);
    let mut compiler = Compiler::new([folder()]).unwrap();
    compiler.include_imports(true).include_source_info(false).open_files(files).unwrap();
    compiler.encode_file_descriptor_set()
}

#[test]
#[ignore = "writes into assets"]
fn descriptions_are_compiled() {
    let file = std::fs::File::create(folder().join(COMPILED)).unwrap();
    let mut packed = GzBuilder::new().mtime(0).write(file, Compression::best());
    packed.write_all(&compiled()).unwrap();
    packed.finish().unwrap();
}

#[test]
fn the_compiled_descriptions_are_those_of_the_files() {
    let mut checked_in = Vec::new();
    let packed = std::fs::read(folder().join(COMPILED)).unwrap();
    GzDecoder::new(packed.as_slice()).read_to_end(&mut checked_in).unwrap();
    let same = checked_in == compiled();
    assert!(same, "{COMPILED} is old: cargo test --test all grpc::descriptions -- --ignored");
}
