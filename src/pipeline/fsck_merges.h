#pragma once

#include "pipeline/repository.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace forecart {

/// What the record of merged sales (sales_merges.h) tells.
struct MergeRecord {
  std::string key;
  std::string settings;
  std::vector<std::string> hashes;  ///< of the files in it
};

/// Which sales of a damaged repository the next run can make again.
class RemakableSales {
 public:
  /// `broken` are the keys of all damages.
  RemakableSales(const Repository& repository, const std::set<std::string>& broken)
      : repository_(repository), broken_(broken) {}

  /// Whether the raw file that sales are made of is there and whole.
  bool has_raw(const std::string& hash) const;
  /// Whether the sales of each file in it are there by themselves, or can be made.
  bool can_do_without(const std::string& dataset, const MergeRecord& merge) const;
  /// All whose records can be read, with those that larger ones replace. Read once.
  const std::vector<MergeRecord>& merges(const std::string& dataset);

 private:
  bool has_sales(const std::string& dataset, const std::string& hash,
                 const std::string& settings) const;
  void learn(const std::string& key, std::vector<MergeRecord>& merges) const;

  const Repository& repository_;
  const std::set<std::string>& broken_;
  std::map<std::string, std::vector<MergeRecord>> merges_;  ///< by data set
};

}  // namespace forecart
