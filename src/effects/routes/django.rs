//! Django's `urlpatterns`, and the routers of its REST framework.

use crate::python::tree::{Argument, Expression, ExpressionKind};

use super::declared::{Child, Declared, Mount, Route, Target, argument, called, target_name};
use super::imports::dotted;
use super::path::HOLE;

/// What a module's list is known by.
pub(super) const URL_PATTERNS: &str = "urlpatterns";

impl Declared {
    pub(super) fn url_patterns(&mut self, list: &Expression) {
        match &list.kind {
            ExpressionKind::List(items) | ExpressionKind::Tuple(items) => {
                for item in items {
                    self.url_pattern(item);
                }
            }
            ExpressionKind::Binary { left, right, .. } => {
                self.url_patterns(left);
                self.url_patterns(right);
            }
            // `urlpatterns = router.urls`
            _ => self.include(list, String::new()),
        }
    }

    /// `path("users/", views.users)`, `path("api/", include("app.urls"))`.
    fn url_pattern(&mut self, item: &Expression) {
        let Some(("path" | "re_path" | "url", arguments)) = called(item) else {
            return;
        };
        let Some(path) = argument(arguments, 0, &["route", "regex"]) else {
            return;
        };
        let path = without_anchors(&self.text_or_hole(path));
        let Some(view) = argument(arguments, 1, &["view"]) else {
            return;
        };
        match called(view) {
            Some(("include", arguments)) => {
                if let Some(included) = argument(arguments, 0, &[]) {
                    self.include(included, path);
                }
            }
            _ => self.routes.extend(target_name(view).map(|target| Route {
                owner: URL_PATTERNS.to_owned(),
                methods: Vec::new(),
                path,
                target: Target::Named(target),
            })),
        }
    }

    fn include(&mut self, included: &Expression, prefix: String) {
        let child = match (&included.kind, self.text(included)) {
            (_, Some(module)) => Child::Module(module),
            (ExpressionKind::Attribute { value, name }, None) if name == "urls" => {
                dotted(value).map_or(Child::Unknown, Child::Named)
            }
            (ExpressionKind::Tuple(items) | ExpressionKind::List(items), None) => {
                match items.first() {
                    Some(first) => return self.include(first, prefix),
                    None => return,
                }
            }
            _ => Child::Unknown,
        };
        self.mounts.push(Mount {
            parent: URL_PATTERNS.to_owned(),
            child,
            prefix,
            replaces: false,
        });
    }

    /// `router.register("users", UserViewSet)`: the list, each row, and the view set's own actions.
    pub(super) fn registered(&mut self, owner: String, arguments: &[Argument]) {
        let path = argument(arguments, 0, &["prefix"]).and_then(|prefix| self.text(prefix));
        let target = argument(arguments, 1, &["viewset"]).and_then(target_name);
        if let (Some(path), Some(target)) = (path, target) {
            self.routes.push(Route {
                owner,
                methods: Vec::new(),
                path: format!("{path}/{HOLE}"),
                target: Target::Named(target),
            });
        }
    }
}

fn without_anchors(path: &str) -> String {
    path.trim_start_matches('^')
        .trim_end_matches('$')
        .to_owned()
}
