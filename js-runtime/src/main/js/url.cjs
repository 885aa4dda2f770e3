// whatwg-url's interfaces without its state machine's own exports.
"use strict";
const { URL, URLSearchParams } = require("whatwg-url/webidl2js-wrapper.js");
const realm = { Array, Object, Promise, String, TypeError };
URL.install(realm, ["Worker"]);
URLSearchParams.install(realm, ["Worker"]);
module.exports = { URL: realm.URL, URLSearchParams: realm.URLSearchParams };
