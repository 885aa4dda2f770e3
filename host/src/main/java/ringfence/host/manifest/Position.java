package ringfence.host.manifest;

/// Where something stands in a manifest, both from 1.
record Position(int line, int column) {}
