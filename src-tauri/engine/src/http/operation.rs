//! One route: what it takes and answers, told by the types of its handler.

use std::any::TypeId;
use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::Arc;

use axum::http::Method;
use axum::response::{IntoResponse as _, Response};
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::answer::{Answer, Refusal};
use super::input::{Call, Input};
use super::problem::Problem;
use super::shape::{RULE, Shape, Shapes};
use crate::commands::Commands;

/// A route's entry in the document, while it is made.
pub(super) struct Operation<'a> {
    pub(super) shapes: &'a mut Shapes,
    pub(super) answers: &'a mut SchemaGenerator,
    pub(super) schemas: &'a mut Map<String, Value>,
    /// The name in the path, if it has one.
    pub(super) name: Option<&'a str>,
    pub(super) entry: Map<String, Value>,
    pub(super) parameters: Vec<Value>,
    pub(super) refusals: BTreeSet<Refusal>,
    pub(super) takes_body: bool,
    pub(super) takes_query: bool,
    /// Media types a body may have.
    pub(super) media: Vec<&'static str>,
}

impl Operation<'_> {
    /// The shape of a type.
    pub(super) fn shape<T: JsonSchema + 'static>(&mut self) -> Arc<Shape> {
        let shape = self.shapes.entry(TypeId::of::<T>());
        Arc::clone(shape.or_insert_with(|| Arc::new(Shape::of::<T>())))
    }

    /// A JSON body is needed.
    pub(super) fn body<T: JsonSchema + 'static>(&mut self) {
        let shape = self.shape::<T>();
        let schema = self.component(&shape.name, shape.schema.clone());
        self.media_body("application/json", schema, true);
    }

    /// Adds a schema to the document's own, under a name; gives what refers to it.
    pub(super) fn component(&mut self, name: &str, mut schema: Value) -> Value {
        publish(&mut schema);
        self.schemas.insert(name.to_owned(), schema);
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }

    /// A body of a media type is taken, beside others. Its reader is the route's own.
    pub(super) fn media_body(&mut self, media: &'static str, schema: Value, needed: bool) {
        self.takes_body = true;
        self.media.push(media);
        let body = self.entry.entry("requestBody");
        let body = body.or_insert_with(|| json!({ "content": {} }));
        body["required"] = needed.into();
        body["content"][media] = json!({ "schema": schema });
    }

    /// Parameters of the address are taken.
    pub(super) fn query<T: JsonSchema + 'static>(&mut self) {
        self.takes_query = true;
        let shape = self.shape::<T>();
        let Some(members) = shape.schema["properties"].as_object() else {
            return;
        };
        let required = shape.schema["required"].as_array();
        for (name, schema) in members {
            let mut schema = schema.clone();
            publish(&mut schema);
            let description = schema
                .as_object_mut()
                .and_then(|it| it.remove("description"));
            let needed = required.is_some_and(|it| it.contains(&name.as_str().into()));
            let mut parameter = json!({
                "name": name, "in": "query", "required": needed, "schema": schema,
            });
            if let Some(description) = description {
                parameter["description"] = description;
            }
            self.parameters.push(parameter);
        }
    }

    /// The path names something.
    pub(super) fn segment(&mut self, shape: &Shape) {
        let mut schema = shape.schema.clone();
        publish(&mut schema);
        let description = schema
            .as_object_mut()
            .and_then(|it| it.remove("description"));
        self.parameters.push(json!({
            "name": self.name, "in": "path", "required": true, "schema": schema,
            "description": description.unwrap_or_else(|| "Its id.".into()),
        }));
    }

    /// The schema of what is answered, among the document's own.
    pub(super) fn answer_schema<T: JsonSchema + ?Sized>(&mut self) -> Value {
        self.answers.subschema_for::<T>().to_value()
    }

    /// A good answer has one of these media types, each with its schema.
    pub(super) fn answers(&mut self, content: Value) {
        self.entry.insert(
            "responses".to_owned(),
            json!({ "200": { "description": "Done.", "content": content } }),
        );
    }

    /// It goes on after the answer, which names where it is told of.
    pub(super) fn accepts(&mut self, content: Value) {
        let at = json!({ "Location": {
            "description": "Where it is told of.", "required": true,
            "schema": { "type": "string", "format": "uri-reference" },
        } });
        let told = json!({ "description": "Begun.", "headers": at, "content": content });
        self.entry
            .insert("responses".to_owned(), json!({ "202": told }));
    }

    /// It may be refused so.
    pub(super) fn refuses(&mut self, refusal: Refusal) {
        self.refusals.insert(refusal);
    }

    /// What every route of the method may refuse.
    pub(super) fn refuses_as(&mut self, method: &Method, public: bool) {
        let always = [
            Refusal::Forbidden,
            Refusal::BadFields,
            Refusal::Failed,
            Refusal::Ending,
        ];
        self.refusals.extend(always);
        if !public {
            self.refuses(Refusal::Unauthorized);
        }
        if method != Method::GET {
            let acting = [
                Refusal::BadRequest,
                Refusal::TooSlow,
                Refusal::Conflict,
                Refusal::TooLarge,
                Refusal::NotJson,
                Refusal::DiskFull,
            ];
            self.refusals.extend(acting);
        }
    }
}

/// Takes out of a schema what only the check needs.
fn publish(schema: &mut Value) {
    match schema {
        Value::Array(parts) => parts.iter_mut().for_each(publish),
        Value::Object(map) => {
            map.remove(RULE);
            map.values_mut().for_each(publish);
        }
        _ => {}
    }
}

/// What comes of a call.
pub(super) type Answered = Pin<Box<dyn Future<Output = Response> + Send>>;

/// A handler: an async function of [`Commands`] and up to four inputs.
pub(super) trait Endpoint<Inputs>: Clone + Send + Sync + 'static {
    /// Adds what it takes and answers to the document.
    fn describe(operation: &mut Operation<'_>);

    /// Answers a call.
    fn answer(&self, commands: Commands, call: Call) -> Answered;
}

macro_rules! endpoint {
    ($($input:ident),*) => {
        impl<F, Fut, R, $($input,)*> Endpoint<($($input,)*)> for F
        where
            F: Fn(Commands, $($input,)*) -> Fut + Clone + Send + Sync + 'static,
            Fut: Future<Output = Result<R, Problem>> + Send + 'static,
            R: Answer + 'static,
            $($input: Input,)*
        {
            fn describe(operation: &mut Operation<'_>) {
                $($input::describe(operation);)*
                R::describe(operation);
            }

            #[allow(non_snake_case, unused_variables)]
            fn answer(&self, commands: Commands, call: Call) -> Answered {
                $(
                    let $input = match $input::take(&call) {
                        Ok(input) => input,
                        Err(problem) => return Box::pin(async { problem.into_response() }),
                    };
                )*
                drop(call);
                let answer = self(commands, $($input,)*);
                Box::pin(async move {
                    match answer.await {
                        Ok(answer) => answer.into_response(),
                        Err(problem) => problem.into_response(),
                    }
                })
            }
        }
    };
}

endpoint!();
endpoint!(A);
endpoint!(A, B);
endpoint!(A, B, C);
endpoint!(A, B, C, D);
