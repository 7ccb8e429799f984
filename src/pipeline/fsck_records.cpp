#include "pipeline/fsck_records.h"

#include "base/error.h"
#include "pipeline/references.h"
#include "store/sealed_json.h"

#include "access/access_record.h"
#include <fmt/format.h>

namespace forecart {

namespace {

using nlohmann::json;

/// Of "a/b/name.json".
std::string stem(const std::string& key) {
  const std::size_t begin = key.rfind('/') + 1;
  return key.substr(begin, key.rfind('.') - begin);
}

}  // namespace

bool is_record_of_merge(std::string_view key) {
  return key.starts_with("sales/") && key.ends_with(".json") && key_parts(key).size() > 3;
}

void RecordCheck::damaged(const std::string& key, const std::string& what) {
  report_.damages.push_back({key, what, remedies_(key)});
}

void RecordCheck::note(const std::string& kind, const std::string& key, const std::string& what) {
  report_.notes.push_back({kind, key, what});
}

bool RecordCheck::judge_seal(const std::string& key, const std::string& text) {
  switch (seal_of(text)) {
    case Seal::whole:
      return true;
    case Seal::broken:
      damaged(key, "it is not as it was written: its seal does not hold");
      return false;
    case Seal::missing:
      break;
  }
  const bool always = key.starts_with("access/") || key.starts_with("audit/");
  if (sealed_ || always) {
    damaged(key, "it is not as it was written: it has no seal");
    return false;
  }
  note("unsealed", key, "an earlier forecart wrote it without a seal: only its form is checked");
  return true;
}

void RecordCheck::judge(const std::string& key, const std::string& text) {
  json record = json::parse(text, nullptr, false);
  if (record.is_discarded()) return damaged(key, "it is not JSON");
  if (!judge_seal(key, text)) return;
  remove_seal(record);
  try {
    learn(key, record);
    check_access_record(key, text);
  } catch (const Error& error) {
    damaged(key, error.what());
  } catch (const json::exception& error) {
    damaged(key, fmt::format("it does not say what it should: {}", error.what()));
  }
}

void RecordCheck::learn(const std::string& key, const json& record) {
  const auto parts = key_parts(key);
  if (parts.front() == "uploads" && parts.size() == 3) {
    for (const Reference& named : references_of_upload(parts[1], record)) {
      expect(named.key, named.sha256, key);
    }
  } else if (parts.front() == "sales" && parts.size() == 3) {
    learn_sales(key, record);
  } else if (parts.front() == "sales") {  // several files merged into one, or none
    const auto hash = record.at("sha256").get<std::string>();
    if (!hash.empty()) expect(key.substr(0, key.rfind('.')) + ".parquet", hash, key);
  } else if (key.starts_with("runs/")) {
    learn_run(key, record);
  } else if (parts.front() == "current" && parts.size() == 2) {
    pointers_[key] = {{"run", record.at("run")}, {"manifest", record.at("manifest")}};
    expect(record.at("manifest").get<std::string>(), "", key);
  } else if (!record.is_object()) {
    damaged(key, "it is no JSON object");
  }
}

void RecordCheck::learn_sales(const std::string& key, const json& record) {
  const auto parts = key_parts(key);
  static_cast<void>(record.at("counts"));
  const auto named = references_of_sales(parts[1], stem(key), record);
  for (const Reference& file : named) expect(file.key, file.sha256, key);
  if (!named.empty()) return;
  const bool replaced = record.at("settings").get<std::string>().empty();
  note(replaced ? "unfinished" : "uncheckable", key,
       replaced ? "the file is being cleaned again; the next run does it where nobody does"
                : "an earlier forecart wrote it without hashes of sales and rejects; they are "
                  "told when the file is cleaned again");
}

void RecordCheck::learn_run(const std::string& key, const json& manifest) {
  for (const Reference& named : references_of_run(manifest)) expect(named.key, named.sha256, key);
  manifests_[key] = {{"run", manifest.at("run")},
                     {"dataset", manifest.at("dataset")},
                     {"status", manifest.at("status")},
                     {"settings", manifest.value("settings", "")},
                     {"proven_by", manifest.value("proven_by", "")}};
  const auto parts = key_parts(key);
  if (manifest.at("dataset") != parts[1] || manifest.at("run") != parts[2]) {
    damaged(key, "it is the manifest of another run");
  }
}

void RecordCheck::judge_pointers() {
  for (const auto& [key, pointer] : pointers_) judge_pointer(key, pointer);
}

void RecordCheck::judge_pointer(const std::string& key, const json& pointer) {
  const std::string dataset = stem(key);
  const auto run = pointer.at("run").get<std::string>();
  if (pointer.at("manifest") != Repository::run_key(dataset, run, "manifest.json")) {
    return damaged(key, "it names the manifest of another run");
  }
  const auto manifest = manifests_.find(pointer.at("manifest").get<std::string>());
  if (manifest == manifests_.end()) return;  // told of as missing or damaged
  const auto status = manifest->second.at("status").get<std::string>();
  if (status != "ok" && status != "partly") {
    damaged(key, fmt::format("it names run {}, which has the status '{}'", run, status));
  }
  const auto proof = manifest->second.at("proven_by").get<std::string>();
  if (!proof.empty()) {
    expect(Repository::run_key(dataset, proof, "manifest.json"), "", manifest->first);
  }
}

std::string RecordCheck::current_settings(const std::string& dataset) const {
  const auto pointer = pointers_.find(fmt::format("current/{}.json", dataset));
  if (pointer == pointers_.end()) return "";
  const auto manifest = manifests_.find(pointer->second.at("manifest").get<std::string>());
  return manifest == manifests_.end() ? "" : manifest->second.at("settings").get<std::string>();
}

void RecordCheck::expect(const std::string& key, const std::string& sha256, const std::string& by) {
  Expected& expected = expected_[key];
  if (expected.named_by.empty() || !sha256.empty()) expected = {sha256, by};
}

}  // namespace forecart
