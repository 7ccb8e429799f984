#include "pipeline/dataset_inputs.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/parallel.h"
#include "ingest/country_holidays.h"
#include "ingest/holiday_table.h"
#include "ingest/regressor_table.h"
#include "pipeline/lasting.h"
#include "series/closed_times.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Shares = std::map<std::string, OpenShares, std::less<>>;

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::bad_data, message);
}

std::string input_key(const std::string& dataset, const InputConfig& input) {
  return fmt::format("inputs/{}/{}", dataset, input.file);
}

/// Throws Error not_found that says where the table belongs.
void require_table(const Repository& repository, const std::string& key) {
  if (repository.store().exists(key)) return;
  throw Error(ErrorCode::not_found,
              fmt::format("dataset.toml declares the input '{}', which is not in the repository; "
                          "copy it there or remove the [[input]]",
                          key));
}

/// Products with what is there, 1 elsewhere.
void limit(OpenShares& shares, Bucket first, const Eigen::VectorXd& more) {
  if (shares.shares.size() == 0) {
    shares = {first, more};
    return;
  }
  const Bucket begin = std::min(shares.first, first);
  const Bucket end = std::max(shares.first + shares.shares.size(), first + more.size());
  OpenShares all{begin, Eigen::VectorXd::Ones(end - begin)};
  all.shares.segment(shares.first - begin, shares.shares.size()) = shares.shares;
  all.shares.segment(first - begin, more.size()).array() *= more.array();
  shares = std::move(all);
}

/// Reads the tables of one panel, one after the other.
class InputLoader {
 public:
  InputLoader(const Repository& repository, std::string dataset, const Panel& panel,
              const KnownSteps& known)
      : repository_(repository), dataset_(std::move(dataset)), panel_(panel), known_(known) {
    for (Index i = 0; i < panel.size(); ++i) {
      const SeriesView series = panel[i];
      from_ = i == 0 ? series.first : std::min(from_, series.first);
    }
    end_ = panel.end();
  }

  void take(const InputConfig& input) {
    const std::string key = input_key(dataset_, input);
    require_table(repository_, key);
    const std::filesystem::path file = repository_.store().fetch(key);
    switch (input.kind) {
      case InputKind::regressor:
      case InputKind::price:
        return take_numbers(file, input);
      case InputKind::attributes:
        return take_attributes(file, input);
      case InputKind::holidays:
        return add_holidays(read_holidays(file), panel_.calendar(), from_, end_ + known_.after,
                            inputs_.covariates);
      case InputKind::calendar:
        has_calendar_ = true;
        return take_shares(file, "open", input, availability_.ahead, availability_.own_ahead);
      case InputKind::stock:
        return take_shares(file, "stock", input, availability_.past, availability_.own_past);
    }
  }

  /// Public holidays of the countries with these codes.
  void take_holidays(const std::string& codes) {
    add_holidays(country_holidays(codes), panel_.calendar(), from_, end_ + known_.after,
                 inputs_.covariates);
  }

  void find_closed() {
    if (has_calendar_) return;
    const ClosedTimes found =
        find_closed_times(panel_, {end_ - known_.before, from_, end_ + known_.after});
    if (found.told.empty()) return;
    if (found.regular.shares.size() > 0) {
      limit(availability_.ahead, found.regular.first, found.regular.shares);
    }
    if (found.sudden.shares.size() > 0) {
      limit(availability_.past, found.sudden.first, found.sudden.shares);
    }
    constexpr std::size_t kShown = 8;
    std::vector<std::string> told = found.told;
    if (told.size() > kShown) {
      told.resize(kShown);
      told.push_back(fmt::format("{} more", found.told.size() - kShown));
    }
    inputs_.notes.push_back(
        fmt::format("closed by the sales themselves: {}; demand is missing there{} (closed = "
                    "\"given\" below [demand] leaves it out)",
                    fmt::join(told, ", "),
                    found.regular.shares.size() > 0 ? ", sales are forecast as 0 where it recurs"
                                                    : ", no such day is expected ahead"));
  }

  void find_disturbances(bool hide) {
    inputs_.disturbances =
        forecart::find_disturbances(demand_of(panel_, availability_), available_threads());
    for (Index i = 0; hide && i < panel_.size(); ++i) {
      const auto& own = inputs_.disturbances[static_cast<std::size_t>(i)].outliers;
      if (!own.empty()) availability_.outliers[std::string(panel_[i].id)] = own;
    }
    const std::string told = describe(inputs_.disturbances);
    if (told.empty()) return;
    const bool hidden = !availability_.outliers.empty();
    inputs_.notes.push_back("found " + told +
                            (hidden ? "; the models do not see the outliers (outliers = \"show\" "
                                      "below [demand] leaves them in)"
                                    : ""));
  }

  PanelInputs result() && {
    if (!availability_.empty()) {
      inputs_.availability = std::make_shared<const Availability>(std::move(availability_));
    }
    return std::move(inputs_);
  }

 private:
  RegressorRules rules(const InputConfig& input, std::vector<std::string> columns) const {
    RegressorRules rules;
    rules.columns = std::move(columns);
    rules.skip_strangers = true;
    if (input.kind == InputKind::price || input.kind == InputKind::stock) {
      rules.gaps = RowGaps::held;
    }
    if (input.kind == InputKind::calendar) rules.gaps = RowGaps::unknown;
    rules.from = from_;
    rules.to = end_ + known_.after;
    return rules;
  }

  void take_numbers(const std::filesystem::path& file, const InputConfig& input) {
    std::vector<std::string> columns = input.future;
    columns.insert(columns.end(), input.past.begin(), input.past.end());
    Covariates read = read_regressors(file, panel_, rules(input, columns));
    read.past_names = input.past;
    require_known(read, panel_, known_, file.string());
    Covariates& all = inputs_.covariates;
    all.past_names.insert(all.past_names.end(), input.past.begin(), input.past.end());
    if (!read.names.empty()) all.add_shared(read.names, {read.first, read.values});
    if (!read.own_names.empty()) all.add_own(read.own_names, read.own);
  }

  void take_attributes(const std::filesystem::path& file, const InputConfig& input) {
    if (!inputs_.covariates.statics.empty()) {
      refuse(fmt::format("'{}' is the second table of attributes; put all of them into one",
                         file.string()));
    }
    inputs_.covariates.statics = read_attributes(file, panel_, input.fixed);
  }

  /// A calendar's shares as they are; of a stock 0 where nothing is left. Unknown is open.
  void take_shares(const std::filesystem::path& file, const std::string& column,
                   const InputConfig& input, OpenShares& shared, Shares& own) const {
    const Covariates read = read_regressors(file, panel_, rules(input, {column}));
    const auto shares = [&](const Eigen::MatrixXd& values) {
      return open_shares(values, input.kind, file);
    };
    if (!read.names.empty()) limit(shared, read.first, shares(read.values));
    for (const auto& [id, block] : read.own) limit(own[id], block.first, shares(block.values));
  }

  static Eigen::VectorXd open_shares(const Eigen::MatrixXd& values, InputKind kind,
                                     const std::filesystem::path& file) {
    Eigen::VectorXd result = values.col(0);
    for (double& value : result) {
      if (std::isnan(value)) {
        value = 1;
      } else if (kind == InputKind::stock) {
        value = value > 0 ? 1 : 0;
      } else if (!(value >= 0 && value <= 1)) {
        refuse(
            fmt::format("'{}' has {} under open; write the share of the bucket that is open, "
                        "from 0 to 1",
                        file.string(), value));
      }
    }
    return result;
  }

  const Repository& repository_;
  std::string dataset_;
  const Panel& panel_;
  const KnownSteps& known_;
  Bucket from_ = 0;  // of the first value of any series
  Bucket end_ = 0;
  bool has_calendar_ = false;
  PanelInputs inputs_;
  Availability availability_;
};

bool is_for(const InputConfig& input, const std::string& panel) {
  return input.panels.empty() ||
         std::find(input.panels.begin(), input.panels.end(), panel) != input.panels.end();
}

}  // namespace

PanelInputs load_inputs(const Repository& repository, const std::string& dataset,
                        const DatasetConfig& config, const std::string& panel_name,
                        const Panel& panel, const KnownSteps& known) {
  InputLoader loader(repository, dataset, panel, known);
  for (const InputConfig& input : config.inputs) {
    if (is_for(input, panel_name)) loader.take(input);
  }
  if (!config.holidays.empty()) loader.take_holidays(config.holidays);
  if (config.find_closed) loader.find_closed();
  if (config.outliers != OutlierPolicy::none) {
    loader.find_disturbances(config.outliers == OutlierPolicy::find);
  }
  return std::move(loader).result();
}

nlohmann::json demand_settings(const DatasetConfig& config) {
  return {{"closed", config.find_closed ? "find" : "given"},
          {"outliers", to_string(config.outliers)}};
}

void apply_demand_settings(const nlohmann::json& settings, DatasetConfig& config) {
  config.find_closed = settings.at("closed").get<std::string>() == "find";
  config.outliers = parse_outlier_policy(settings.at("outliers").get<std::string>());
}

std::string keep_settings(Repository& repository, const std::string& dataset) {
  const std::string bytes = *repository.store().read(Repository::config_key(dataset));
  std::string hash = sha256(bytes);
  put_lasting(repository.store(), Repository::raw_key(hash), bytes);
  return hash;
}

nlohmann::json keep_inputs(Repository& repository, const std::string& dataset,
                           const DatasetConfig& config) {
  nlohmann::json tables = nlohmann::json::array();
  for (const InputConfig& input : config.inputs) {
    const std::string key = input_key(dataset, input);
    require_table(repository, key);
    const std::string bytes = *repository.store().read(key);
    const std::string hash = sha256(bytes);
    put_lasting(repository.store(), Repository::raw_key(hash), bytes);
    tables.push_back({{"file", input.file}, {"kind", to_string(input.kind)}, {"sha256", hash}});
  }
  return tables;
}

}  // namespace forecart
