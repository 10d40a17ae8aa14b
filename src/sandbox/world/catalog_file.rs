//! More tools, from a file.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use crate::domain::strip_bom;
use crate::order::StableOrder as _;

/// One tool of the file.
pub struct CatalogTool {
    pub connector: String,
    pub name: String,
    pub description: String,
    /// Everything but the connector, as it is served.
    pub definition: Box<RawValue>,
}

#[derive(Deserialize)]
struct CatalogRow<'a> {
    connector: String,
    name: String,
    #[serde(default)]
    description: String,
    #[serde(borrow)]
    input_schema: Option<&'a RawValue>,
}

#[derive(Serialize)]
struct ServedDefinition<'a> {
    name: &'a str,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    input_schema: Option<&'a RawValue>,
}

/// Reads JSON Lines, plain or gzip, sorted by connector.
///
/// # Errors
/// The file cannot be read, or a line is not what it should be; the line is named.
pub fn read(path: &Path) -> io::Result<Vec<CatalogTool>> {
    let mut bytes = Vec::new();
    File::open(path)?.read_to_end(&mut bytes)?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let packed = std::mem::take(&mut bytes);
        MultiGzDecoder::new(packed.as_slice()).read_to_end(&mut bytes)?;
    }
    let mut lines = Vec::new();
    for (number, line) in (1..).zip(strip_bom(&bytes).split(|byte| *byte == b'\n')) {
        if !line.trim_ascii().is_empty() {
            lines.push(
                parse(line).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, format!("line {number}: {e}")))?,
            );
        }
    }
    lines.order_by(|a, b| a.connector.cmp(&b.connector));
    Ok(lines)
}

fn parse(line: &[u8]) -> Result<CatalogTool, serde_json::Error> {
    let CatalogRow { connector, name, description, input_schema } = serde_json::from_slice(line)?;
    let definition = to_raw_value(&ServedDefinition { name: &name, description: &description, input_schema })?;
    Ok(CatalogTool { connector, name, description, definition })
}
