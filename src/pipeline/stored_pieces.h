#pragma once

#include "models/fit_pieces.h"
#include "store/store.h"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// One of several equal shares of the series of a run's panels: those whose place, from 0 on,
/// leaves `number` - 1 when it is divided by `of`.
struct Share {
  std::size_t number = 1;
  std::size_t of = 1;

  /// Reads "2/3". Throws Error invalid_value unless the first is from 1 to the second, and that at
  /// most kMostShares.
  static Share parse(std::string_view text);
  /// "2/3".
  std::string text() const;
};

inline constexpr std::size_t kMostShares = 1000;

/// Where all that a plan keeps lies: "plans/<dataset>/<plan>/". Throws Error invalid_value for what
/// is no name of a plan: a letter or digit and up to 63 more of these, '.', '-' and '_'.
std::string plan_folder(const std::string& dataset, const std::string& plan);

/// Pieces of the fits of a run, kept in a store below the folder of a plan:
/// `<number>-of-<shares>/<fit>/<sha256>.cbor`, maps of a few MB each from the names of pieces to
/// their bytes, named by their content. Programs of other versions, and machines whose kernels may
/// give other bytes, do not see each other's.
class StoredPieces final : public FitPieces {
 public:
  /// Those of all shares, for a run of the whole; keeps nothing.
  StoredPieces(ObjectStore& store, const std::string& folder);
  /// Those of one share, which is to be fitted: of models that fit series apart, or where it is
  /// named of this one that learns from all series.
  StoredPieces(ObjectStore& store, const std::string& folder, const Share& share,
               std::string pooling = "");

  Pieces find(const std::string& fit) override;
  void keep(const std::string& fit, const Pieces& fitted) override;
  bool wants(const Model& model) const override;

 private:
  void list(const std::string& folder);
  void write(const std::string& folder, const nlohmann::json& pieces) const;

  ObjectStore& store_;
  std::string own_;      // the share's folder; "" for all
  std::string pooling_;  // the model that it is of; "" for those that fit series apart
  std::map<std::string, std::vector<std::string>> known_;  // keys that were there, by fit
};

/// Removes a plan and all that it keeps.
void remove_plan(ObjectStore& store, const std::string& folder);

}  // namespace forecart
