#include "pipeline/fit_share.h"

#include "base/interruption.h"
#include "pipeline/model_makers.h"
#include "pipeline/prepared_panel.h"
#include "pipeline/run_models.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <set>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;

std::vector<Index> series_of(const Panel& panel, const Share& share) {
  std::vector<Index> series;
  for (auto i = static_cast<Index>(share.number) - 1; i < panel.size();
       i += static_cast<Index>(share.of)) {
    series.push_back(i);
  }
  return series;
}

/// Candidates of AutoSelect that learn from all series, but for LevelProfile, which takes no time.
constexpr const char* kPooling[]{"GradientBoostedTrees", "MLP", "LSTM"};

/// Whether AutoSelect may try a candidate: enough series, or values, are long enough for an origin.
bool may_try(const Candidate& candidate, Index horizon, const Panel& panel) {
  Index series = 0;
  Index values = 0;
  for (Index i = 0; i < panel.size(); ++i) {
    const Index length = std::ssize(panel[i].values);
    if (OriginPlan{.horizon = horizon}.origins_of(length) == 0) continue;
    ++series;
    values += length;
  }
  return series >= candidate.fewest || (candidate.enough > 0 && values >= candidate.enough);
}

/// Fits of a run to some of a panel's series, or by one model to all of them.
class PanelFits {
 public:
  PanelFits(PreparedPanel& panel, const Panel& fitted, FitPieces& pieces)
      : options_(panel.options),
        registry_(model_options(panel.choice, panel.loaded.panel)),
        models_(registry_, panel.options.availability),
        pieces_(pieces),
        whole_(panel.loaded.panel),
        fitted_(fitted) {
    options_.backtest.fit.pieces = &pieces;
    options_.backtest.windows = possible_windows(whole_, options_.backtest);
  }

  void make() {
    for (const std::string& name : options_.models) {
      const ModelPtr model = models_.make(name);
      if (name == "AutoSelect" || pieces_.wants(*model)) fit(*model);
    }
  }

 private:
  void fit(const Model& model) {
    const BacktestOptions& proof = options_.backtest;
    for (Index window = 0; window < proof.windows; window += proof.refit) {
      fit(model, fitted_.before_end(Panel::kAll, proof.steps_after(window)));
      if (proof.refit == 0) break;
    }
    if (proof.windows == 0 || fits_anew(whole_, proof)) fit(model, fitted_);
  }

  void fit(const Model& model, const Panel& history) {
    check_interruption();
    model.fit(history, options_.covariates, options_.backtest.fit);
  }

  PanelRunOptions options_;
  ModelRegistry registry_;
  RunModels models_;
  FitPieces& pieces_;
  const Panel& whole_;
  const Panel& fitted_;
};

/// One share of the fits of all panels.
class ShareFits {
 public:
  ShareFits(ObjectStore& store, std::string folder, const Share& share)
      : store_(store), folder_(std::move(folder)), share_(share) {}

  void add(PreparedPanel& panel) {
    const Panel& whole = panel.loaded.panel;
    const Panel own = whole.only(series_of(whole, share_));
    report_.series += static_cast<std::size_t>(own.size());
    if (own.size() > 0) {
      StoredPieces pieces(store_, folder_, share_);
      PanelFits(panel, own, pieces).make();
    }
    const ModelOptions options = model_options(panel.choice, whole);
    for (const std::string& model : pooling_models(panel.options.models, options, whole)) {
      if (turn_++ % share_.of != share_.number - 1) continue;
      report_.pooling.push_back(model);
      StoredPieces pieces(store_, folder_, share_, model);
      PanelFits(panel, whole, pieces).make();
    }
  }

  const ShareReport& report() const { return report_; }

 private:
  ObjectStore& store_;
  std::string folder_;
  Share share_;
  std::size_t turn_ = 0;  // of the models that go round
  ShareReport report_;
};

}  // namespace

std::vector<std::string> pooling_models(const std::vector<std::string>& models,
                                        const ModelOptions& options, const Panel& panel) {
  std::set<std::string> names(models.begin(), models.end());
  if (names.contains("AutoSelect")) {
    for (const Candidate& candidate : selection_candidates(options)) {
      if (may_try(candidate, options.horizon, panel)) names.insert(candidate.model->name());
    }
  }
  std::vector<std::string> pooling;
  std::ranges::copy_if(kPooling, std::back_inserter(pooling),
                       [&](const char* name) { return names.contains(name); });
  return pooling;
}

ShareReport fit_share(const RunRequest& request, const Share& share) {
  const auto start = std::chrono::steady_clock::now();
  Repository repository = Repository::open(request.repository);
  const RunSource source = read_source(repository, request);
  ShareFits fits(repository.store(), plan_folder(request.dataset, request.plan), share);
  for (const PanelConfig& panel : source.dataset.panels) {
    PreparedPanel prepared =
        prepare_panel({request, repository, source.dataset, source.hashes}, panel);
    fits.add(prepared);
  }
  ShareReport report = fits.report();
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

}  // namespace forecart
