#include "server/api_schemas.h"

#include "server/json_body.h"

namespace forecart {

namespace {

constexpr const char* kStages = R"({"type": "array", "items": {
  "type": "object", "required": ["stage", "seconds", "core_seconds"],
  "properties": {"stage": {"type": "string"}, "seconds": {"type": "number"},
                 "core_seconds": {"type": "number"}}}})";

constexpr const char* kRun = R"({
  "run": {"type": "string"},
  "status": {"enum": ["ok", "partly", "failed", "cancelled"]},
  "current": {"type": "boolean"},
  "published": {"type": ["boolean", "null"]},
  "preliminary": {"type": "boolean"},
  "began": {"type": ["string", "null"]},
  "ended": {"type": ["string", "null"]},
  "asked_by": {"type": ["array", "null"], "items": {"enum": ["request", "schedule", "upload"]}},
  "mode": {"enum": ["warm", "anew", null]},
  "goes_on_from": {"type": ["string", "null"]},
  "cost": {"type": ["object", "null"], "required": ["currency", "platform", "total"],
    "properties": {"currency": {"type": "string"}, "platform": {"type": "string"},
                   "total": {"type": "number"}}},
  "seconds": {"type": "number", "minimum": 0},
  "core_seconds": {"type": ["number", "null"]},
  "error": {"type": ["string", "null"]},
  "stages": {"$ref": "#/components/schemas/Stages"}})";

constexpr const char* kManifest = R"({
  "run": {"type": "string"},
  "dataset": {"type": "string"},
  "status": {"enum": ["ok", "partly", "failed", "cancelled"]},
  "version": {"type": "string"},
  "seed": {"type": "integer"},
  "kernel": {"type": "string"},
  "threads": {"type": "integer"},
  "seconds": {"type": "number"},
  "inputs": {"type": "array", "items": {"type": "string"}},
  "settings": {"type": "string"},
  "options": {"type": "object", "required": ["models", "levels"], "properties": {
    "models": {"type": "array", "items": {"type": "string"}},
    "levels": {"type": "array", "items": {"type": "number"}}}},
  "panels": {"type": "array", "items": {
    "type": "object", "required": ["panel", "frequency", "horizon", "series", "values"],
    "properties": {"panel": {"type": "string"}, "frequency": {"type": "string"},
                   "horizon": {"type": "integer"}, "series": {"type": "integer"},
                   "values": {"type": "integer"}, "notes": {"type": "array",
                   "items": {"type": "string"}}}}},
  "tables": {"type": "object", "additionalProperties": {
    "type": "object", "additionalProperties": {"type": "string"}}},
  "usage": {"type": "object", "required": ["seconds", "core_seconds", "peak_memory_bytes"],
    "properties": {"seconds": {"type": "number"}, "core_seconds": {"type": "number"},
                   "peak_memory_bytes": {"type": "integer"},
                   "stages": {"$ref": "#/components/schemas/Stages"}}},
  "cost": {"type": ["object", "null"]},
  "error": {"type": "object", "required": ["code"], "properties": {"code": {"type": "string"}}}})";

constexpr const char* kCounts = R"({
  "rows_read": {"type": "integer", "minimum": 0},
  "rows_accepted": {"type": "integer", "minimum": 0},
  "rows_rejected": {"type": "integer", "minimum": 0},
  "rejected_by_reason": {"$ref": "#/components/schemas/Reasons"},
  "first": {"type": ["string", "null"]},
  "last": {"type": ["string", "null"]}})";

constexpr const char* kUpload = R"({
  "upload": {"type": "string"},
  "dataset": {"type": "string"},
  "version": {"type": "string"},
  "counts": {"$ref": "#/components/schemas/Counts"},
  "files": {"type": "array", "items": {
    "type": "object", "required": ["name", "hash"],
    "properties": {"name": {"type": "string"}, "hash": {"type": "string"},
                   "counts": {"$ref": "#/components/schemas/Counts"}}}}})";

constexpr const char* kReject = R"({
  "file": {"type": "string"},
  "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
  "rows_rejected": {"type": "integer", "minimum": 1},
  "rejected_by_reason": {"$ref": "#/components/schemas/Reasons"}})";

constexpr const char* kAlert = R"({
  "key": {"type": "string"},
  "alert": {"type": "string"},
  "panel": {"type": "string"},
  "message": {"type": "string"},
  "since": {"type": "string"}})";

constexpr const char* kPrediction = R"({
  "mean": {"type": "array", "items": {"type": ["number", "null"]}},
  "quantiles": {"type": "object", "additionalProperties": {
    "type": "array", "items": {"type": ["number", "null"]}}},
  "samples": {"type": "array", "items": {
    "type": "array", "items": {"type": ["number", "null"]}}}})";

constexpr const char* kAuditEntry = R"({
  "at": {"type": "string"},
  "who": {"type": "string"},
  "from": {"type": "string"},
  "what": {"type": "string"},
  "on": {"type": "string"},
  "outcome": {"type": "string"},
  "detail": {"type": ["object", "null"]},
  "stamp": {"type": "string"}})";

/// Of a table: a value for each column.
constexpr const char* kRow = R"({"type": "object", "minProperties": 1,
  "additionalProperties": {"type": ["string", "number", "boolean", "null"]}})";

/// Events have no answer of their own in OpenAPI 3.1: the data of each kind, by its name.
void add_event_schemas(RouteTable& table) {
  table.add_schema("WorkEvent", object_schema(R"({
    "dataset": {"type": "string"},
    "kind": {"enum": ["began", "ended", "cancelled", "failed", "settings", "note"]},
    "run": {"type": "string"}, "code": {"type": "string"}, "files": {"type": "integer"},
    "rejected": {"type": "integer"}, "seconds": {"type": "number"}})",
                                              {"run", "code", "files", "rejected", "seconds"}));
  table.add_schema("PublishedEvent", object_schema(R"({
    "dataset": {"type": "string"}, "run": {"type": "string"}})"));
  table.add_schema("AlertEvent", object_schema(R"({
    "dataset": {"type": "string"}, "kind": {"enum": ["began", "ended"]},
    "rule": {"type": "string"}, "panel": {"type": "string"}, "since": {"type": "string"},
    "message": {"type": "string"}})"));
  table.add_schema("ProgressEvent", object_schema(R"({
    "dataset": {"type": "string"}, "stage": {"type": "string"},
    "share": {"type": "number", "minimum": 0, "maximum": 1}})"));
  table.add_schema("MissedEvent", R"({"type": "object", "maxProperties": 0})");
}

}  // namespace

void add_item_schemas(RouteTable& table) {
  table.add_schema("Stages", kStages);
  table.add_schema("Reasons", R"({"type": "object", "additionalProperties": {"type": "integer"}})");
  table.add_schema("Run", object_schema(kRun));
  table.add_schema("Manifest",
                   object_schema(kManifest, {"dataset", "version", "seed", "kernel", "threads",
                                             "seconds", "inputs", "settings", "options", "panels",
                                             "tables", "usage", "cost", "error"}));
  table.add_schema("Counts", object_schema(kCounts));
  table.add_schema("Upload", object_schema(kUpload));
  table.add_schema("Reject", object_schema(kReject));
  table.add_schema("Alert", object_schema(kAlert));
  table.add_schema("Prediction", object_schema(kPrediction, {"mean", "quantiles", "samples"}));
  table.add_schema("AuditEntry", object_schema(kAuditEntry));
  table.add_schema("Row", kRow);
  add_event_schemas(table);
}

}  // namespace forecart
