#include "series/covariates.h"

#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// Position of a name in a list, or -1.
Index position(std::span<const std::string> names, std::string_view name) {
  const auto at = std::find(names.begin(), names.end(), name);
  return at == names.end() ? -1 : at - names.begin();
}

/// One column of a block, NaN in rows that it has not; `values` and `first` say what it has.
struct ColumnView {
  const MatrixXd* values = nullptr;
  Bucket first = 0;
  Index column = 0;

  double at(Bucket bucket) const {
    if (values == nullptr || bucket < first || bucket >= first + values->rows()) return kUnknown;
    return (*values)(bucket - first, column);
  }
};

ColumnView find_column(const Covariates& covariates, std::string_view id, std::string_view name) {
  const Index shared = position(covariates.names, name);
  if (shared >= 0) return {&covariates.values, covariates.first, shared};
  const Index own = position(covariates.own_names, name);
  const auto block = covariates.own.find(id);
  if (own < 0 || block == covariates.own.end()) return {};
  return {&block->second.values, block->second.first, own};
}

/// Copies the rows of `from` that lie in `into`, beginning at column `column`.
void copy_rows(const CovariateBlock& from, Index column, CovariateBlock& into) {
  if (from.values.size() == 0) return;
  into.values.block(from.first - into.first, column, from.values.rows(), from.values.cols()) =
      from.values;
}

/// Throws Error bad_data for a name that is there.
void require_new(const Covariates& covariates, const std::vector<std::string>& added) {
  for (const std::string& name : added) {
    if (!covariates.has(name)) continue;
    throw Error(ErrorCode::bad_data,
                fmt::format("there are two regressors '{}'; rename one of them", name));
  }
}

/// The `left` columns of one block beside the `right` ones of another, over the rows of both.
CovariateBlock joined(const CovariateBlock& a, Index left, const CovariateBlock& b, Index right) {
  const bool no_a = a.values.rows() == 0;
  const bool no_b = b.values.rows() == 0;
  CovariateBlock all;
  all.first = no_a ? b.first : no_b ? a.first : std::min(a.first, b.first);
  const Bucket end = std::max(no_a ? all.first : a.first + a.values.rows(),
                              no_b ? all.first : b.first + b.values.rows());
  all.values = MatrixXd::Constant(end - all.first, left + right, kUnknown);
  copy_rows(a, 0, all);
  copy_rows(b, left, all);
  return all;
}

}  // namespace

Eigen::VectorXd Statics::of(std::string_view id) const {
  const auto found = cells.find(id);
  if (found != cells.end()) return found->second;
  return Eigen::VectorXd::Constant(std::ssize(columns), kUnknown);
}

CovariateRole Covariates::role(std::string_view name) const {
  return position(past_names, name) >= 0 ? CovariateRole::past : CovariateRole::future;
}

std::vector<std::string> Covariates::all_names() const {
  std::vector<std::string> all = names;
  all.insert(all.end(), own_names.begin(), own_names.end());
  return all;
}

std::vector<std::string> Covariates::future_names() const {
  std::vector<std::string> ahead = all_names();
  std::erase_if(ahead,
                [this](const std::string& name) { return role(name) == CovariateRole::past; });
  return ahead;
}

bool Covariates::has(std::string_view name) const {
  return position(names, name) >= 0 || position(own_names, name) >= 0;
}

Regressors Covariates::of(std::string_view id, std::span<const std::string> wanted, Bucket from,
                          Bucket to) const {
  Regressors result{{wanted.begin(), wanted.end()}, MatrixXd(to - from, std::ssize(wanted))};
  for (std::size_t c = 0; c < wanted.size(); ++c) {
    const ColumnView column = find_column(*this, id, wanted[c]);
    for (Bucket bucket = from; bucket < to; ++bucket) {
      result.values(bucket - from, static_cast<Index>(c)) = column.at(bucket);
    }
  }
  return result;
}

std::optional<CovariateCell> Covariates::first_unknown(std::string_view id,
                                                       std::span<const std::string> wanted,
                                                       Bucket from, Bucket to) const {
  std::optional<CovariateCell> found;
  for (const std::string& name : wanted) {
    const ColumnView column = find_column(*this, id, name);
    for (Bucket bucket = from; bucket < to; ++bucket) {
      if (std::isfinite(column.at(bucket))) continue;
      found = CovariateCell{name, bucket};
      to = bucket;
    }
  }
  return found;
}

void Covariates::add_shared(const std::vector<std::string>& added, const CovariateBlock& block) {
  require_new(*this, added);
  CovariateBlock all =
      joined({first, std::move(values)}, std::ssize(names), block, std::ssize(added));
  names.insert(names.end(), added.begin(), added.end());
  first = all.first;
  values = std::move(all.values);
}

void Covariates::add_own(const std::vector<std::string>& added,
                         const std::map<std::string, CovariateBlock, std::less<>>& blocks) {
  require_new(*this, added);
  const Index before = std::ssize(own_names);
  for (const auto& [id, block] : blocks) own.try_emplace(id);
  for (auto& [id, block] : own) {
    const auto more = blocks.find(id);
    block = joined(block, before, more == blocks.end() ? CovariateBlock{} : more->second,
                   std::ssize(added));
  }
  own_names.insert(own_names.end(), added.begin(), added.end());
}

}  // namespace forecart
