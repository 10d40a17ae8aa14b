mod plain;
mod planted;
