//! What a path names by an id that is a UUID.

/// Makes what a path names by an id: `key!(Name, "Schema", "code", "There is no such thing.")`.
macro_rules! key {
    ($(#[$doc:meta])* $name:ident, $schema:literal, $code:literal, $detail:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub(super) struct $name(pub(super) uuid::Uuid);

        impl $crate::http::input::Named for $name {
            fn parse(text: &str) -> Option<Self> {
                $crate::http::term::uuid(text).map(Self)
            }

            fn unknown() -> Option<$crate::http::problem::Problem> {
                let status = axum::http::StatusCode::NOT_FOUND;
                Some($crate::http::problem::Problem::new(status, $code, $detail))
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                $schema.into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": "string", "format": "uuid",
                    "examples": ["019abcde-0000-7000-8000-000000000000"],
                })
            }
        }
    };
}

pub(super) use key;
