#include "evaluation/kept_fit.h"

#include "evaluation/model_around.h"
#include "models/fingerprint.h"
#include "models/fit_pieces.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;

std::string name_of_panel(const Panel& panel, const Covariates& covariates) {
  Fingerprint print;
  print.add(covariates);
  for (Eigen::Index i = 0; i < panel.size(); ++i) print.add(panel[i]);
  return print.text();
}

class KeptFits final : public ModelAround {
 public:
  KeptFits(ModelPtr inner, std::string recipe)
      : ModelAround(std::move(inner)), recipe_(std::move(recipe)) {}

  std::unique_ptr<Fitted> fit(const Panel& panel, const Covariates& covariates,
                              const FitOptions& options) const override {
    const bool is_piece = options.earlier == nullptr && options.time_budget <= 0;
    if (options.pieces == nullptr || !is_piece) return inner().fit(panel, covariates, options);
    const std::string fit = name_of_fit(recipe_, panel, options);
    const std::string name = name_of_panel(panel, covariates);
    const Pieces known = options.pieces->find(fit);
    const auto found = known.find(name);
    if (found != known.end()) {
      if (auto fitted = read(found->second)) return fitted;
    }
    auto fitted = inner().fit(panel, covariates, options);
    const std::vector<std::uint8_t> bytes = json::to_cbor(fitted->save());
    options.pieces->keep(fit, {{name, std::string(bytes.begin(), bytes.end())}});
    return fitted;
  }

  std::unique_ptr<Fitted> refit(std::unique_ptr<Fitted> kept, std::vector<Retraining>& decisions,
                                const FitTask& task) const override {
    return inner().refit(std::move(kept), decisions, task);
  }

  std::unique_ptr<Fitted> load(const json& state) const override { return inner().load(state); }

  std::unique_ptr<Fitted> load_parts(const json& state, const StateShelf& shelf) const override {
    return inner().load_parts(state, shelf);
  }

 private:
  /// Null for what cannot be read: then it is fitted.
  std::unique_ptr<Fitted> read(const std::string& bytes) const {
    try {
      return inner().load(json::from_cbor(bytes));
    } catch (const std::exception&) {
      return nullptr;
    }
  }

  std::string recipe_;
};

}  // namespace

ModelPtr keep_fits(ModelPtr model, std::string recipe) {
  return std::make_shared<KeptFits>(std::move(model), std::move(recipe));
}

}  // namespace forecart
