//! A way of seeing a module from Python: which classes its types have, and what
//! records become. Each module has a plain view, where a struct by value is a
//! dict, and a typed one, where it is a dataclass instance (spec: Python Typed
//! Struct Wrappers).

use std::sync::{Mutex, OnceLock, PoisonError};

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

use super::live::Targets;
use super::methods::MethodTable;
use crate::call::Scope;
use crate::codec::{Context, Options, Types};
use crate::instance::Instance;

/// One view of a loaded module; like the module, it is there for ever.
pub(crate) struct View {
    /// The module.
    pub(crate) instance: &'static Instance,
    /// The codec's tables of its types.
    pub(crate) types: Types,
    /// The Python classes of its types.
    pub(super) classes: Box<[Classes]>,
    scope: OnceLock<Scope>,
    live_targets: OnceLock<Targets>,
}

/// The Python classes of one type, each made when it is first needed.
pub(super) struct Classes {
    /// The class of references.
    pub(super) object: PyOnceLock<Py<PyType>>,
    /// The class of values.
    pub(super) value: PyOnceLock<Py<PyType>>,
    /// The dataclass, in typed views.
    pub(super) dataclass: PyOnceLock<Py<PyType>>,
    /// The methods of the class of references.
    pub(super) methods: OnceLock<MethodTable>,
}

impl Classes {
    const fn new() -> Self {
        Self {
            object: PyOnceLock::new(),
            value: PyOnceLock::new(),
            dataclass: PyOnceLock::new(),
            methods: OnceLock::new(),
        }
    }
}

impl View {
    /// A new view of a module.
    pub(super) fn new(instance: &'static Instance, options: Options) -> &'static Self {
        Box::leak(Box::new(Self {
            instance,
            types: Types::new(instance.schema, options),
            classes: (0..instance.schema.types.len())
                .map(|_| Classes::new())
                .collect(),
            scope: OnceLock::new(),
            live_targets: OnceLock::new(),
        }))
    }

    /// The module as it is without any options.
    pub(crate) fn plain(instance: &'static Instance) -> &'static Self {
        Self::of(instance, Options::default())
    }

    /// The view of a module with these options.
    pub(crate) fn of(instance: &'static Instance, options: Options) -> &'static Self {
        /// The views that are not of somebody's own dataclasses.
        static VIEWS: Mutex<Vec<&'static View>> = Mutex::new(Vec::new());
        let mut views = VIEWS.lock().unwrap_or_else(PoisonError::into_inner);
        let known = views
            .iter()
            .find(|view| view.types.options() == options && std::ptr::eq(view.instance, instance));
        if let Some(known) = known {
            return known;
        }
        let view = Self::new(instance, options);
        views.push(view);
        view
    }

    /// What is called for live containers.
    #[inline]
    pub(super) fn live_targets(&'static self) -> &'static Targets {
        self.live_targets.get_or_init(|| Targets::new(self.scope()))
    }

    /// Where calls go, and how values are converted.
    #[inline]
    pub(crate) fn scope(&'static self) -> Scope {
        *self.scope.get_or_init(|| {
            // Like the view, for ever.
            let answers: &Context<'_> = Box::leak(Box::new(Context {
                types: &self.types,
                runtime: Box::leak(Box::new(self)),
                can_lend: false,
            }));
            let can_lend = self.instance.engine.can_lend();
            Scope {
                instance: self.instance,
                context: Box::leak(Box::new(Context {
                    can_lend,
                    ..*answers
                })),
                answers,
            }
        })
    }
}
