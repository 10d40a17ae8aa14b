//! The screens: the state of each and what can be done to it, one a file; and where things stand.

pub mod account_extra;
pub mod account_filter;
pub mod account_lines;
pub mod account_order;
pub mod accounts;
pub mod activity;
pub mod follow;
pub mod groups;
pub mod input_form;
pub mod layout;
pub mod looking;
pub mod marks;
mod member_names;
pub mod playground;
pub mod recalled;
pub mod tool_list;
pub mod tools;
