// DOMException: a real error, with a stack, whose name, message and code are the prototype's getters.
(function (internals) {
  "use strict";
  internals.load("idl");
  const p = internals.primordials;
  const { idl } = internals;
  const CODES = {
    __proto__: null,
    IndexSizeError: 1, HierarchyRequestError: 3, WrongDocumentError: 4, InvalidCharacterError: 5,
    NoModificationAllowedError: 7, NotFoundError: 8, NotSupportedError: 9, InUseAttributeError: 10,
    InvalidStateError: 11, SyntaxError: 12, InvalidModificationError: 13, NamespaceError: 14, InvalidAccessError: 15,
    TypeMismatchError: 17, SecurityError: 18, NetworkError: 19, AbortError: 20, URLMismatchError: 21,
    QuotaExceededError: 22, TimeoutError: 23, InvalidNodeTypeError: 24, DataCloneError: 25,
  };

  // Returning an object from the parent's constructor puts the private fields on that object.
  const Stamp = function (object) { return object; };
  class Details extends Stamp {
    #name; #message;
    constructor(error, name, message) {
      super(error);
      this.#name = name;
      this.#message = message;
    }
    static name(error) { return error.#name; }
    static message(error) { return error.#message; }
    static has(value) { return #name in value; }
  }

  function make(message, name, newTarget) {
    // The engine writes the stack when it is first read, and asks for the name then: so before it has ours.
    const error = new p.Error();
    const { stack } = error;
    const { prototype } = newTarget;
    p.setPrototypeOf(error, idl.isObject(prototype) ? prototype : DOMException.prototype);
    const frames = typeof stack === "string" ? p.indexOf(stack, "\n    at ") : -1;
    const head = message === "" ? name : name + ": " + message;
    p.putHidden(error, "stack", frames < 0 ? head : head + p.slice(stack, frames));
    return new Details(error, name, message);
  }

  const DOMException = class DOMException {
    constructor(message = "", name = "Error") {
      return make(idl.text(message), idl.text(name), new.target);
    }
    get name() { return Details.name(this); }
    get message() { return Details.message(this); }
    get code() { return CODES[Details.name(this)] ?? 0; }
  };
  p.setPrototypeOf(DOMException.prototype, p.Error.prototype);
  idl.constants(DOMException, {
    INDEX_SIZE_ERR: 1, DOMSTRING_SIZE_ERR: 2, HIERARCHY_REQUEST_ERR: 3, WRONG_DOCUMENT_ERR: 4,
    INVALID_CHARACTER_ERR: 5, NO_DATA_ALLOWED_ERR: 6, NO_MODIFICATION_ALLOWED_ERR: 7, NOT_FOUND_ERR: 8,
    NOT_SUPPORTED_ERR: 9, INUSE_ATTRIBUTE_ERR: 10, INVALID_STATE_ERR: 11, SYNTAX_ERR: 12, INVALID_MODIFICATION_ERR: 13,
    NAMESPACE_ERR: 14, INVALID_ACCESS_ERR: 15, VALIDATION_ERR: 16, TYPE_MISMATCH_ERR: 17, SECURITY_ERR: 18,
    NETWORK_ERR: 19, ABORT_ERR: 20, URL_MISMATCH_ERR: 21, QUOTA_EXCEEDED_ERR: 22, TIMEOUT_ERR: 23,
    INVALID_NODE_TYPE_ERR: 24, DATA_CLONE_ERR: 25,
  });
  idl.expose(DOMException);

  const { web } = internals;
  /** For the runtime's own errors. */
  web.domException = (message, name) => make(message, name, DOMException);
  web.isDomException = (value) => typeof value === "object" && value !== null && Details.has(value);
  web.exceptionDetails = (error) => ({ __proto__: null, name: Details.name(error), message: Details.message(error) });
  /** One that came as bytes, with the stack of where it was thrown. */
  web.revivedException = function (message, name, stack) {
    const error = make(message, name, DOMException);
    return p.putHidden(error, "stack", stack);
  };
});
