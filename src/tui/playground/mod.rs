//! One tool, tried.

pub mod form;
pub mod form_actions;
pub mod form_perform;
pub mod form_view;
pub mod formats;
pub mod member_names;
pub mod perform;
pub mod prefill;
pub mod presets;
pub mod screen;
pub mod validator_cache;
pub mod view;
