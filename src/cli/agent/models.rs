//! `jackfield agent models`.

use clap::Args;
use serde_json::{Value, json};

use super::Around;
use crate::cli::table::Table;
use crate::domain::Fault;
use crate::model_api::ModelInfo;

#[derive(Debug, Args)]
pub(super) struct ListModels {}

impl ListModels {
    pub(super) async fn perform(&self, around: &Around<'_>) -> Result<u8, Fault> {
        let opened = around.open(None).await?;
        let access = around.model(&opened, None).await?;
        let models = access.client.models().await?;
        let head = ["MODEL", "NAME", "STATE", "RETIRES", "CONTEXT", "ANSWER"];
        let mut table = Table::new(around.output, "models", head);
        table.add(&models, document, row);
        table.end()?;
        if !around.output.is_json() {
            around.output.remark(&format!("From {}. Usual here: {}.", access.server, access.usual_model));
        }
        Ok(0)
    }
}

fn row(model: &ModelInfo) -> [String; 6] {
    let tokens = |count: Option<u64>| count.map_or_else(|| "-".to_owned(), |count| count.to_string());
    [
        model.id.to_string(),
        model.title.to_string(),
        model.lifecycle.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string),
        model.retires_at.map_or_else(|| "-".to_owned(), |moment| moment.strftime("%Y-%m-%d").to_string()),
        tokens(model.max_input_tokens),
        tokens(model.max_tokens),
    ]
}

fn document(model: &ModelInfo) -> Value {
    json!({
        "id": model.id.raw(),
        "name": model.title.raw(),
        "lifecycle": model.lifecycle.as_ref().map(|state| state.raw()),
        "retires_at": model.retires_at.map(|moment| moment.to_string()),
        "max_input_tokens": model.max_input_tokens,
        "max_tokens": model.max_tokens,
    })
}
