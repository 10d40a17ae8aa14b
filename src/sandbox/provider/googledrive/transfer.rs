//! The bytes of files: exports, downloads, uploads.

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::drive::{DOCUMENT, DriveFile, PRESENTATION, SPREADSHEET};
use super::{GoogleDrive, complain, input, refusal};
use crate::html::{Html, HtmlValue};
use crate::sandbox::people::Persona;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::{ProviderRefusal, ProviderRefusalKind};
use crate::sandbox::provider::rest::{RestAnswer, RestRequest};

/// What the native formats can be exported to.
const EXPORTS: [(&str, &[&str]); 3] = [
    (DOCUMENT, &["text/plain", "text/markdown", "text/html"]),
    (SPREADSHEET, &["text/csv", "text/tab-separated-values"]),
    (PRESENTATION, &["text/plain"]),
];

/// Media types that downloads are served as; any other is just bytes.
const SERVED: [&str; 9] = [
    "text/plain",
    "text/markdown",
    "text/html",
    "text/csv",
    "text/tab-separated-values",
    "application/json",
    "application/pdf",
    "image/png",
    "image/jpeg",
];

impl GoogleDrive {
    /// An export as the tool has it; how the broker hands it on is a guess.
    pub fn export(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let mime = arguments.text("mime_type")?.or(arguments.text("mimeType")?);
        let mime = mime.ok_or_else(|| input("Required parameter: mimeType", "required"))?;
        let file = self.seen(person, arguments.required_text("file_id")?)?;
        Ok(json!({"file_id": file.id, "name": file.name, "mime_type": mime, "content": exported(file, mime)?}))
    }

    pub fn transfer(&mut self, person: &Arc<Persona>, request: &RestRequest<'_>, now: Timestamp) -> Option<RestAnswer> {
        let text = |name: &str| request.arguments.get(name).and_then(Value::as_str);
        let answer = match (request.method, request.path) {
            ("POST", "/upload/drive/v3/files") => self.upload(person, request, now),
            ("GET", path) => {
                let id = path.strip_prefix("/drive/v3/files/")?;
                match id.strip_suffix("/export") {
                    Some(id) => self.download(person, id, text("mimeType")),
                    None if text("alt") == Some("media") && !id.contains('/') => self.download(person, id, None),
                    None => return None,
                }
            }
            _ => return None,
        };
        Some(answer.unwrap_or_else(|trouble| {
            let (status, body) = refusal(&trouble);
            RestAnswer::json(status, &body)
        }))
    }

    /// The bytes of a file; exported where a type is named.
    fn download(&self, person: &Arc<Persona>, id: &str, export: Option<&str>) -> Result<RestAnswer, ProviderRefusal> {
        let file = self.seen(person, id)?;
        let (mime, body) = match export {
            Some(mime) => (mime, Bytes::from(exported(file, mime)?)),
            None if file.is_native() => {
                let message = "Only files with binary content can be downloaded. Use Export with Docs Editors files.";
                return Err(not_so("fileNotDownloadable", message));
            }
            None => (file.mime.as_str(), Bytes::copy_from_slice(&file.content)),
        };
        let served = SERVED.iter().find(|known| **known == mime).copied().unwrap_or("application/octet-stream");
        Ok(RestAnswer::new(200, served, body))
    }

    /// An upload of the bytes alone; its name comes in the query, as far as anybody says one.
    fn upload(
        &mut self,
        person: &Arc<Persona>,
        request: &RestRequest<'_>,
        now: Timestamp,
    ) -> Result<RestAnswer, ProviderRefusal> {
        let arguments = Arguments { map: &request.arguments, complain };
        match arguments.text("uploadType")? {
            Some("media") => {}
            other => {
                let message = format!("uploadType {} is not one the sandbox takes: media", other.unwrap_or("none"));
                return Err(input(&message, "invalid"));
            }
        }
        let name = arguments.text("name")?.unwrap_or("Untitled").to_owned();
        let mime = Some(request.content_type).filter(|mime| !mime.is_empty()).unwrap_or("application/octet-stream");
        let mut file = self.0.blank(name, mime.into(), person, None, now);
        file.content = request.body.to_vec();
        self.add(person, file).map(|row| RestAnswer::json(200, &row))
    }
}

fn exported(file: &DriveFile, mime: &str) -> Result<String, ProviderRefusal> {
    let formats = EXPORTS.iter().find(|(native, _)| *native == file.mime).map(|(_, formats)| formats);
    let formats = formats.ok_or_else(|| not_so("fileNotExportable", "Export only supports Docs Editors files."))?;
    if !formats.contains(&mime) {
        return Err(input("The requested conversion is not supported.", "badRequest"));
    }
    let text = file.text();
    Ok(match mime {
        "text/html" => {
            let lines = text.lines().map(|line| Html::fill("<p>{{line}}</p>", &[("line", HtmlValue::Text(line))]));
            Html::fill("<html><body>{{lines}}</body></html>", &[("lines", HtmlValue::Html(lines.collect()))])
                .into_string()
        }
        "text/tab-separated-values" => text.replace(',', "\t"),
        _ => text.into_owned(),
    })
}

fn not_so(code: &'static str, message: &str) -> ProviderRefusal {
    ProviderRefusal { kind: ProviderRefusalKind::Forbidden, code, message: message.into() }
}
