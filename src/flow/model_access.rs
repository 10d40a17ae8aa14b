//! The model that an agent works with: its server, its key, and whether it is only a script.

use crate::model_api::ModelClient;

/// A model that can be asked.
#[derive(Clone, Debug)]
pub struct ModelAccess {
    /// Client of its server.
    pub client: ModelClient,
    /// Whether it is the sandbox's script, which stands in for a model where there is no key.
    pub is_script: bool,
    /// Id of the model where nobody names one.
    pub usual_model: String,
    /// Name of the server for people: its host, or that it is the sandbox's script.
    pub server: String,
}
