#pragma once

#include "base/progress.h"
#include "models/retraining.h"
#include "series/components.h"
#include "series/covariates.h"
#include "series/forecast.h"
#include "series/panel.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

class Fitted;
class FitPieces;   // models/fit_pieces.h
class StateShelf;  // models/state_shelf.h

/// How to fit, apart from what the model is.
struct FitOptions {
  std::uint64_t seed = 1;
  unsigned threads = 0;      ///< 0: all cores; never changes a result
  Eigen::Index horizon = 1;  ///< steps that a fit must forecast with stable intervals to be used
  Progress* progress = &no_progress();
  /// The fit only serves to compare forecasts: no standard errors, intervals not yet checked.
  bool trial = false;
  /// Seconds that the training of one network may take, 0: as long as it needs. With a limit the
  /// same input may give other numbers, which ledger and explain() say.
  double time_budget = 0;
  /// Folder in which trainings are kept while they run, so that the same fit goes on after an
  /// interruption, to the same bytes; empty: nowhere.
  std::filesystem::path checkpoints{};
  /// The same model fitted to less of the same data, whose weights networks start from; nothing:
  /// from scratch. Needed during the fit only.
  const Fitted* earlier = nullptr;
  /// Series that others have fitted already; null: none. Never changes a result. Needed during the
  /// fit only.
  FitPieces* pieces = nullptr;
};

/// What a member of a combined model took to fit.
struct MemberTime {
  std::string model;
  double milliseconds = 0;
};

/// What became of one series: no series ever vanishes, what cannot be fitted falls back to a named
/// baseline and says why.
struct LedgerRow {
  std::string unique_id;
  std::string model;            ///< the model asked for
  std::string fallback;         ///< the baseline that was used instead; empty if none
  std::string reason;           ///< why it fell back or did not converge; empty if all is well
  std::string interval_method;  ///< how the intervals are made
  Eigen::Index rows_used = 0;   ///< values that are not missing
  Eigen::Index gaps = 0;        ///< missing values between the first and the last
  bool converged = true;
  std::string demand;               ///< what the series is like, where a model asked; see describe
  std::string chosen;               ///< the model taken, where one chooses among others
  std::string tried;                ///< what was tried, and why it lost
  double milliseconds = 0;          ///< time of the fit
  double search_milliseconds = 0;   ///< of it, for trials that only chose
  std::vector<MemberTime> members;  ///< its parts, where the model combines others
  std::optional<Watch> watch{};     ///< where somebody watches, unless the series has ended
};

struct ExportRequest;
struct ExportedNetwork;  // models/exported_network.h

/// A model fitted to a panel: forecasts from where its data end, and moves on without a refit.
/// Not safe to change from several threads; const members may be called from several.
class Fitted {
 public:
  virtual ~Fitted() = default;

  /// The next `horizon` steps of every series (horizon >= 1). Where a model was fitted with
  /// covariates, `future` covers the horizon; else throws Error bad_data that names the column, the
  /// series and the first ds without a value.
  virtual Forecast forecast(Eigen::Index horizon, const Covariates& future = {}) const = 0;

  /// Moves the state on over new values, as if the whole history had been filtered again with the
  /// parameters kept. Values before the known end are ignored, a gap counts as missing, vanished
  /// series stay where they are, new ids join with a baseline. Throws Error bad_data where
  /// `covariates` lack a column that a model was fitted with.
  virtual void update(const Panel& recent, const Covariates& covariates = {}) = 0;

  /// Takes over what `earlier`, the same model fitted to less of the same data, learnt by watching
  /// its own forecasts; most models learn nothing that way.
  virtual void inherit(const Fitted& earlier) { static_cast<void>(earlier); }

  virtual std::unique_ptr<Fitted> clone() const = 0;

  /// Everything needed to go on later; `Model::load` reads it.
  virtual nlohmann::json save() const = 0;
  /// The same with what is long on a shelf; `Model::load_parts` reads it from there.
  virtual nlohmann::json save_parts(StateShelf& shelf) const;

  /// What the means of forecast(horizon, future) are made of, per series as there; a model that
  /// cannot tell calls all of it remainder.
  virtual std::vector<Components> components(Eigen::Index horizon,
                                             const Covariates& future = {}) const;

  /// Parameters and diagnostics of one series in words machines can read.
  virtual nlohmann::json explain(Eigen::Index series) const = 0;

  virtual const std::vector<LedgerRow>& ledger() const = 0;
  /// The same rows, made anew: what stands around another keeps none until somebody asks ledger().
  virtual std::vector<LedgerRow> ledger_rows() const { return ledger(); }

  /// The network behind the forecasts, for other programs; null where there is none. Throws as
  /// forecast.
  virtual std::shared_ptr<const ExportedNetwork> export_network(const ExportRequest&) const {
    return nullptr;
  }
};

/// What a model is fitted to, and how; must outlive the call it is passed to.
struct FitTask {
  const Panel& panel;
  const Covariates& covariates;
  const FitOptions& options;
};

/// A forecasting method for panels. Immutable, safe to share between threads.
class Model {
 public:
  virtual ~Model() = default;
  virtual std::string name() const = 0;
  /// Whether the forecast of a series depends on the others that it is fitted with.
  virtual bool pools() const { return false; }
  /// Whether its parameters follow the last weeks, and are so cheap to estimate that refit() does
  /// it for every series, also for those that move on.
  virtual bool ages_quickly() const { return false; }
  /// Whether covariates change what it forecasts.
  virtual bool uses_covariates() const { return false; }
  virtual std::unique_ptr<Fitted> fit(const Panel& panel, const Covariates& covariates,
                                      const FitOptions& options) const = 0;
  /// Fits some series again to all of the task's panel, as `decisions` ask for each of them; the
  /// others go on as `kept`, a state of this model that has moved on to the end of the panel and is
  /// taken over. In the end `decisions` tell what was done: a model that cannot fit series apart is
  /// fitted anew as a whole, starting from `kept`, where a third of them or more ask for it, and
  /// else goes on.
  virtual std::unique_ptr<Fitted> refit(std::unique_ptr<Fitted> kept,
                                        std::vector<Retraining>& decisions,
                                        const FitTask& task) const;
  /// Reads what Fitted::save wrote. Throws Error bad_data for a state that is damaged,
  /// newer_version for one that a newer program wrote; what is loaded can forecast and move on
  /// whatever the state said, given the covariates that it names.
  virtual std::unique_ptr<Fitted> load(const nlohmann::json& state) const = 0;
  virtual std::unique_ptr<Fitted> load_parts(const nlohmann::json& state,
                                             const StateShelf& shelf) const;
};

using ModelPtr = std::shared_ptr<const Model>;

/// The panel in the order in which `kept` knows its series, so that what is fitted to it has its
/// rows where `kept` has them; series that it does not know come last.
Panel in_order_of(const Fitted& kept, const Panel& panel);

}  // namespace forecart
