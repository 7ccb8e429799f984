#pragma once

#include "pipeline/fsck.h"
#include "pipeline/fsck_remedies.h"
#include "pipeline/repository.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// What must be under a key, and who says so.
struct Expected {
  std::string sha256;  ///< "" where nobody says
  std::string named_by;
};

/// Whether it is that of a record of merged sales (sales_merges.h), which nothing names.
bool is_record_of_merge(std::string_view key);

/// Judges the records of a repository one by one, and learns from them what must be there.
class RecordCheck {
 public:
  /// Without seals, records cannot be told from damaged ones in a repository of before there were
  /// any: there it is only a note.
  RecordCheck(bool sealed, const Remedies& remedies, FsckReport& report)
      : sealed_(sealed), remedies_(remedies), report_(report) {}

  void judge(const std::string& key, const std::string& text);
  /// To be called last: pointers name complete runs, and those whose proof is theirs.
  void judge_pointers();

  const std::map<std::string, Expected>& expected() const { return expected_; }
  /// Of the settings that the current run of a data set had; "" where unknown.
  std::string current_settings(const std::string& dataset) const;

 private:
  bool judge_seal(const std::string& key, const std::string& text);
  void learn(const std::string& key, const nlohmann::json& record);
  void learn_run(const std::string& key, const nlohmann::json& manifest);
  void learn_sales(const std::string& key, const nlohmann::json& record);
  void judge_pointer(const std::string& key, const nlohmann::json& pointer);
  void expect(const std::string& key, const std::string& sha256, const std::string& by);
  void damaged(const std::string& key, const std::string& what);
  void note(const std::string& kind, const std::string& key, const std::string& what);

  bool sealed_;
  const Remedies& remedies_;
  FsckReport& report_;
  std::map<std::string, Expected> expected_;
  std::map<std::string, nlohmann::json> manifests_;  ///< by key: what pointers ask of them
  std::map<std::string, nlohmann::json> pointers_;   ///< by key
};

}  // namespace forecart
