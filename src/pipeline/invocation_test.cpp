#include "pipeline/invocation.h"

#include "base/error.h"
#include "base/random.h"
#include "pipeline/model_choice.h"
#include "pipeline/panel_run.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

namespace forecart {
namespace {

using nlohmann::json;

/// Days from a Tuesday on, three of them to be forecast by the last value.
InvocationLimits by_day(const std::string& model = "Naive") {
  InvocationLimits limits;
  limits.defaults.freq = "D";
  limits.defaults.prediction_length = 3;
  limits.defaults.model = model;
  return limits;
}

json instance(json target) {
  return {{"start", "2019-01-01 00:00:00"}, {"target", std::move(target)}};
}

json request_of(std::vector<json> instances, json configuration = json::object()) {
  return {{"instances", std::move(instances)}, {"configuration", std::move(configuration)}};
}

json first_prediction(const json& request, const InvocationLimits& limits = by_day()) {
  return invoke(request, limits).at("predictions").at(0);
}

/// Ten weeks that rise, with a weekend.
json weeks() {
  json target = json::array();
  for (int day = 0; day < 70; ++day) {
    target.push_back(20 + 0.1 * day + (day % 7 >= 5 ? 12 : 0) + (day * 37 % 11) / 5.0);
  }
  return target;
}

/// Checks the code, and that the message tells all of these.
void expect_refused(const json& request, ErrorCode code, const std::vector<std::string>& words,
                    const InvocationLimits& limits = by_day()) {
  try {
    const json answer = invoke(request, limits);
    ADD_FAILURE() << "not refused: " << request.dump().substr(0, 200);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    for (const std::string& word : words) {
      EXPECT_NE(std::string(error.what()).find(word), std::string::npos)
          << "no '" << word << "' in: " << error.what();
    }
  }
}

TEST(Invocation, TheLastValueGoesOn) {
  const json answer = invoke(request_of({instance({4, 2, 6, 5}), instance({1, 1, 3})}), by_day());
  ASSERT_EQ(answer.at("predictions").size(), 2U);
  EXPECT_EQ(answer["predictions"][0]["mean"], json({5.0, 5.0, 5.0}));
  EXPECT_EQ(answer["predictions"][1]["mean"], json({3.0, 3.0, 3.0}));
  EXPECT_EQ(answer["predictions"][0]["quantiles"].size(), 9U) << "as the server has it";
  EXPECT_FALSE(answer["predictions"][0].contains("samples"));
}

TEST(Invocation, TheLastSeasonGoesOn) {
  const json prediction = first_prediction(request_of({instance({1, 2, 3, 4, 5, 6, 7,  //
                                                                 2, 3, 4, 5, 6, 7, 8,  //
                                                                 3, 4, 5, 6, 7, 8, 9})},
                                                      {{"prediction_length", 9}}),
                                           by_day("SeasonalNaive"));
  EXPECT_EQ(prediction["mean"], json({3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 3.0, 4.0}));
}

TEST(Invocation, TheConfigurationSaysWhatIsWanted) {
  const json prediction = first_prediction(
      request_of({instance({4, 2, 6, 5, 7, 3})}, {{"num_samples", 7},
                                                  {"output_types", {"quantiles", "samples"}},
                                                  {"quantiles", {"0.10", 0.5}},
                                                  {"prediction_length", 2},
                                                  {"freq", "W"},
                                                  {"model", "HistoricAverage"}}));
  EXPECT_FALSE(prediction.contains("mean"));
  EXPECT_EQ(prediction["quantiles"].size(), 2U);
  EXPECT_EQ(prediction["quantiles"]["0.10"].size(), 2U) << "named as asked";
  EXPECT_NEAR(prediction["quantiles"]["0.5"][0].get<double>(), 4.5, 1.5);
  ASSERT_EQ(prediction["samples"].size(), 7U);
  EXPECT_EQ(prediction["samples"][6].size(), 2U);
}

TEST(Invocation, ForecastsBeginAfterTheTarget) {
  const auto width = [](const json& prediction) {
    return prediction["quantiles"]["0.9"][0].get<double>() -
           prediction["quantiles"]["0.1"][0].get<double>();
  };
  json target = json::array();  // a random walk
  double level = 500;
  Generator generator(7);
  for (int day = 0; day < 400; ++day) target.push_back(level += generator.normal());
  const json known = first_prediction(request_of({instance(target)}), by_day("ARIMA"));
  for (const json& missing : {json(nullptr), json("NaN")}) {
    json longer = target;
    longer.push_back(missing);
    longer.push_back(missing);
    EXPECT_EQ(first_prediction(request_of({instance(longer)}))["mean"],
              json({level, level, level}));
    const json later = first_prediction(request_of({instance(longer)}), by_day("ARIMA"));
    // the third step is sqrt(3) times as uncertain as the first
    EXPECT_NEAR(width(later) / width(known), std::sqrt(3.0), 0.3);
  }
}

TEST(Invocation, QuantilesAreOrderedAndSamplesAgree) {
  for (const char* const model : {"Naive", "SeasonalNaive", "AutoETS", "AutoTheta", "AutoSelect"}) {
    const json prediction = first_prediction(
        request_of({instance(weeks())}, {{"num_samples", 1000},
                                         {"output_types", {"mean", "quantiles", "samples"}},
                                         {"quantiles", {"0.05", "0.25", "0.5", "0.75", "0.95"}}}),
        by_day(model));
    for (std::size_t step = 0; step < 3; ++step) {
      double before = -std::numeric_limits<double>::infinity();
      for (const char* const name : {"0.05", "0.25", "0.5", "0.75", "0.95"}) {
        const auto quantile = prediction["quantiles"][name][step].get<double>();
        EXPECT_LE(before, quantile) << model;
        before = quantile;
      }
      const double wide = before - prediction["quantiles"]["0.05"][step].get<double>();
      double mean = 0;
      int below = 0;
      for (const json& path : prediction["samples"]) {
        mean += path[step].get<double>() / 1000;
        below += path[step] <= prediction["quantiles"]["0.25"][step] ? 1 : 0;
      }
      EXPECT_NEAR(mean, prediction["mean"][step].get<double>(), 0.1 * wide + 1e-9) << model;
      EXPECT_NEAR(below / 1000.0, 0.25, 0.12) << model;
    }
  }
}

TEST(Invocation, TheSameRequestHasTheSameAnswer) {
  const json request = request_of({instance(weeks()), instance({1, 5, 2, 8, 3, 9, 4})},
                                  {{"output_types", {"mean", "samples"}}, {"num_samples", 20}});
  InvocationLimits limits = by_day("AutoETS");
  limits.threads = 1;
  const std::string once = invoke(request, limits).dump();
  limits.threads = 4;
  EXPECT_EQ(invoke(request, limits).dump(), once);
  limits.seed = 2;
  EXPECT_NE(invoke(request, limits).dump(), once);
}

TEST(Invocation, ASeriesIsForecastAsIfAlone) {
  const json alone = first_prediction(request_of({instance(weeks())}), by_day("AutoSelect"));
  const json among = invoke(request_of({instance(weeks()), instance({0, 0, 5, 0, 0, 0, 7, 0})}),
                            by_day("AutoSelect"));
  EXPECT_EQ(among["predictions"][0], alone);
}

TEST(Invocation, ForecastsAreThoseOfEveryOtherDoor) {
  const auto values = weeks().get<std::vector<double>>();
  Panel panel(Calendar(Frequency::parse("D"), TimeZone()));
  panel.add("x", 17897, values);  // 2019-01-01
  ModelChoice choice;
  choice.models = {"AutoETS"};
  choice.horizon = 3;
  ModelRegistry registry(model_options(choice, panel));
  const PanelRun run =
      forecast_panel(panel, registry, panel_run_options(choice, panel, no_progress()));
  const json prediction = first_prediction(request_of({instance(weeks())}), by_day("AutoETS"));
  for (Eigen::Index step = 0; step < 3; ++step) {
    const auto& next = *run.forecasts.front().forecast.series.front().distribution;
    EXPECT_EQ(prediction["mean"][step], next.mean(step));
    EXPECT_EQ(prediction["quantiles"]["0.9"][step], next.quantile(step, 0.9));
  }
}

TEST(Invocation, OnlyTheEndOfALongTargetIsUsed) {
  InvocationLimits limits = by_day("HistoricAverage");
  limits.context = 3;
  const json prediction =
      first_prediction(request_of({instance({900, 900, 900, 1, 2, 3})}), limits);
  EXPECT_NEAR(prediction["mean"][0].get<double>(), 2, 1e-9);
}

TEST(Invocation, FeaturesAreKnownAhead) {
  json target = json::array();
  json feature = json::array();
  for (int day = 0; day < 60; ++day) {
    const int promoted = day % 11 < 3 ? 1 : 0;
    feature.push_back(promoted);
    target.push_back(10 + 20 * promoted + (day * 29 % 7) / 10.0);
  }
  for (const int promoted : {0, 1, 0}) feature.push_back(promoted);
  json with = instance(target);
  with["dynamic_feat"] = {feature};
  with["cat"] = {0};
  const json mean = first_prediction(request_of({with}), by_day("ARIMA"))["mean"];
  EXPECT_NEAR(mean[0].get<double>(), 10, 3);
  EXPECT_NEAR(mean[1].get<double>(), 30, 3);
  EXPECT_NEAR(mean[2].get<double>(), 10, 3);

  with["dynamic_feat"][0].erase(0);
  expect_refused(request_of({with}), ErrorCode::invalid_value,
                 {"instances[0].dynamic_feat[0]", "a list of 62", "63 numbers"});
  with["dynamic_feat"] = {feature};
  with["dynamic_feat"][0][61] = nullptr;
  expect_refused(request_of({with}), ErrorCode::invalid_value,
                 {"instances[0].dynamic_feat[0][61] is null"});
}

TEST(Invocation, WeeksBeginAsTheStartDoes) {
  json weekly = instance({1, 2, 3});
  weekly["start"] = "2019-01-03";
  EXPECT_EQ(first_prediction(request_of({weekly}, {{"freq", "W"}}))["mean"], json({3.0, 3.0, 3.0}));
}

TEST(Invocation, WhatIsWrongIsNamedWithPlaceAndRemedy) {
  const auto invalid = ErrorCode::invalid_value;
  const auto with = [](const char* name, json value) {
    json one = instance({1, 2});
    one[name] = std::move(value);
    return request_of({instance({1, 2}), one});
  };
  expect_refused(json::array(), invalid, {"the request is a list of 0", "instances"});
  expect_refused(json::object(), invalid, {"has no \"instances\""});
  expect_refused({{"instances", 5}}, invalid, {"instances is 5"});
  expect_refused({{"instances", json::array()}}, invalid, {"instances", "at least one"});
  expect_refused({{"instances", {3}}}, invalid, {"instances[0] is 3"});
  expect_refused({{"instance", 1}}, ErrorCode::unknown_name, {"\"instance\"", "instances"});
  expect_refused(with("targets", 1), ErrorCode::unknown_name, {"instances[1].\"targets\"", "cat"});
  expect_refused(with("target", "x"), invalid, {"instances[1].target is \"x\""});
  expect_refused(with("target", json{1, true}), invalid, {"instances[1].target[1] is true"});
  expect_refused(with("target", json{"nan"}), invalid, {"target[0] is \"nan\"", "\"NaN\""});
  expect_refused(with("target", json{nullptr, "NaN"}), invalid,
                 {"instances[1].target has no value"});
  expect_refused(with("target", json::array()), invalid, {"instances[1].target has no value"});
  expect_refused(with("start", 7), invalid, {"instances[1].start is 7", "2019-01-01 00:00:00"});
  expect_refused(with("start", "soon"), invalid, {"instances[1].start is \"soon\""});
  expect_refused(with("start", "2019-01-01T00:00:00Z"), invalid, {"without a zone"});
  expect_refused(with("start", "2019-01-01 00:00:00+01:00"), invalid, {"without a zone"});
  expect_refused(with("cat", json{-1}), invalid, {"instances[1].cat[0] is -1"});
  expect_refused(with("dynamic_feat", json{1}), invalid, {"instances[1].dynamic_feat[0] is 1"});
  const auto asking = [](const char* name, json value) {
    return request_of({instance({1, 2})}, {{name, std::move(value)}});
  };
  expect_refused(asking("num_samples", 0), invalid, {"configuration.num_samples is 0", "1000"});
  expect_refused(asking("num_samples", 1e9), invalid, {"configuration.num_samples"});
  expect_refused(asking("num_samples", 1.5), invalid, {"configuration.num_samples is 1.5"});
  expect_refused(asking("quantiles", json{"1"}), invalid, {"configuration.quantiles[0] is \"1\""});
  expect_refused(asking("quantiles", json{"0.5x"}), invalid, {"quantiles[0]", "0.5x"});
  expect_refused(asking("quantiles", json{nullptr}), invalid, {"quantiles[0] is null"});
  expect_refused(asking("output_types", json{"median"}), invalid, {"output_types[0]", "mean"});
  expect_refused(asking("freq", "fortnight"), invalid, {"configuration.freq", "fortnight"});
  expect_refused(asking("freq", "1"), invalid, {"configuration.freq"});
  expect_refused(asking("prediction_length", 1001), invalid, {"1001", "1 to 1000"});
  expect_refused(asking("model", "DeepAR"), ErrorCode::unknown_name, {"\"DeepAR\"", "AutoSelect"});
  expect_refused(asking("samples", 1), ErrorCode::unknown_name, {"\"samples\"", "num_samples"});
  expect_refused(asking("freq", nullptr), invalid, {"configuration.freq is null"});
}

TEST(Invocation, WhatTheServerDoesNotSayTheRequestMust) {
  InvocationLimits limits = by_day();
  limits.defaults.freq = "";
  expect_refused(request_of({instance({1, 2})}), ErrorCode::invalid_value,
                 {"configuration.freq", "neither"}, limits);
  limits = by_day();
  limits.defaults.prediction_length = 0;
  expect_refused(request_of({instance({1, 2})}), ErrorCode::invalid_value,
                 {"configuration.prediction_length", "neither"}, limits);
}

TEST(Invocation, TooMuchIsRefused) {
  InvocationLimits limits = by_day();
  limits.most_instances = 2;
  const std::vector<json> three(3, instance({1, 2}));
  expect_refused(request_of(three), ErrorCode::invalid_value, {"instances", "3", "2 are"}, limits);
  limits = by_day();
  limits.most_values = 5;
  expect_refused(request_of(three), ErrorCode::invalid_value, {"instances[2]", "6", "5"}, limits);
  limits = by_day();
  limits.most_answered = 80;
  expect_refused(request_of(three), ErrorCode::invalid_value, {"answer", "90", "80"}, limits);
  limits = by_day();
  limits.most_features = 1;
  json featured = instance({1});
  featured["dynamic_feat"] = {{1, 2, 3, 4}, {1, 2, 3, 4}};
  expect_refused(request_of({featured}), ErrorCode::invalid_value, {"features", "2"}, limits);
  limits = by_day();
  limits.most_steps = 10;
  json late = json::array({1});
  for (int i = 0; i < 11; ++i) late.push_back(nullptr);
  expect_refused(request_of({instance(late)}), ErrorCode::invalid_value,
                 {"instances[0].target ends with missing values", "11"}, limits);
  json ages = json::array();
  for (int i = 0; i < 6000; ++i) ages.push_back(1);
  expect_refused(request_of({instance(ages)}, {{"freq", "YS"}}), ErrorCode::invalid_value,
                 {"instances[0].target of 6000 values", "freq"});
}

TEST(Invocation, TakesAsLongAsItMay) {
  InvocationLimits limits = by_day("LSTM");
  limits.seconds = 0.05;
  limits.threads = 1;
  expect_refused(request_of(std::vector<json>(20, instance(weeks()))), ErrorCode::unavailable,
                 {"20 series by LSTM", "0.05 s", "AutoETS"}, limits);
}

TEST(Invocation, GivesUpEarlyWhatWillTakeTooLong) {
  InvocationLimits limits = by_day("AutoARIMA");
  limits.seconds = 60;
  limits.threads = 1;
  limits.most_instances = 100'000;
  limits.most_values = limits.most_answered = 100'000'000;
  const auto begun = std::chrono::steady_clock::now();
  expect_refused(request_of(std::vector<json>(100'000, instance(weeks()))), ErrorCode::unavailable,
                 {"100000 series by AutoARIMA", "fewer"}, limits);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(45));
}

TEST(Invocation, LinesAreInstances) {
  const std::string body =
      "{\"start\":\"2019-01-01\",\"target\":[1,2]}\r\n\n{\"start\":\"2019-01-01\",\"target\":[7]}";
  InvocationLimits limits = by_day();
  limits.defaults.output_types = {"mean"};
  EXPECT_EQ(invoke_text(body, {invocation_format("application/jsonlines; charset=utf-8")}, limits),
            "{\"mean\":[2.0,2.0,2.0]}\n{\"mean\":[7.0,7.0,7.0]}\n");
  EXPECT_EQ(invoke_text("{\"instances\":[{\"start\":\"2019-01-01\",\"target\":[7]}]}",
                        {invocation_format("application/json")}, limits),
            "{\"predictions\":[{\"mean\":[7.0,7.0,7.0]}]}");
  EXPECT_THROW(invocation_format("text/plain"), Error);
  for (const char* const broken : {"{", "", "[1,", "{\"instances\": NaN}", "[1e999]", "\xff"}) {
    EXPECT_THROW(invoke_text(broken, {InvocationFormat::json}, limits), Error) << broken;
  }
  try {
    invoke_text("{}\n{\"start\"", {InvocationFormat::json_lines}, limits);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("line 2"), std::string::npos) << error.what();
  }
}

TEST(Invocation, ALongTableIsAnsweredByATable) {
  const std::string csv = "unique_id,ds,y\na,2019-01-01,1\na,2019-01-02,2\nb,2019-01-05,7\n";
  InvocationLimits limits = by_day();
  limits.defaults.prediction_length = 1;
  limits.levels = {80};
  const std::string answer = invoke_text(csv, {InvocationFormat::csv}, limits);
  EXPECT_EQ(answer.substr(0, answer.find('\n')), "unique_id,ds,Naive,Naive-lo-80,Naive-hi-80");
  EXPECT_NE(answer.find("\na,2019-01-03,2,"), std::string::npos) << answer;
  EXPECT_NE(answer.find("\nb,2019-01-06,7,"), std::string::npos) << answer;
  limits.defaults.output_types = {"mean"};
  EXPECT_EQ(invoke_text(csv, {InvocationFormat::csv, InvocationFormat::json}, limits),
            R"({"predictions":[{"mean":[2.0]},{"mean":[7.0]}]})");
  EXPECT_NE(invoke_text(R"({"start":"2019-01-01","target":[7],"item_id":"x"})",
                        {InvocationFormat::json_lines, InvocationFormat::csv}, limits)
                .find("\nx,2019-01-02,7,"),
            std::string::npos);
  try {
    invoke_text("ds,z\n", {InvocationFormat::csv}, limits);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("the table is no long table"), std::string::npos)
        << "no path of ours: " << error.what();
  }
}

/// Knows one series, which ends with 2019-01-03 and then is 9 plus what is new.
class Kept final : public KnownSeries {
 public:
  const Calendar& calendar() const override { return calendar_; }
  bool knows(const std::string& id) const override { return id == "kept"; }
  std::optional<SeriesForecast> forecast(const std::string& model, const Panel& recent,
                                         Eigen::Index horizon) const override {
    if (model != "Naive") return std::nullopt;
    const Bucket end = calendar_.bucket(*parse_instant("2019-01-04", TimeZone()));
    const SeriesView series = recent[0];
    const double sum = std::accumulate(series.values.begin(), series.values.end(), 9.0);
    const Eigen::VectorXd mean = Eigen::VectorXd::Constant(horizon, sum);
    return SeriesForecast{std::string(series.id), std::max(end, recent.end()),
                          std::make_shared<GaussianPredictive>(mean, Eigen::VectorXd::Ones(1), 1)};
  }

 private:
  Calendar calendar_{Frequency::parse("D"), TimeZone()};
};

TEST(Invocation, AKnownSeriesGoesOnFromItsState) {
  const Kept kept;
  InvocationLimits limits = by_day();
  limits.known = &kept;
  limits.defaults.output_types = {"mean"};
  const auto mean = [&](const json& instance, json configuration = json::object()) {
    return first_prediction(request_of({instance}, std::move(configuration)), limits)["mean"][0];
  };
  EXPECT_EQ(mean({{"item_id", "kept"}}), 9);
  EXPECT_EQ(mean({{"unique_id", "kept"}, {"start", "2019-01-04"}, {"target", {1, 2}}}), 12);
  EXPECT_EQ(mean({{"item_id", "kept"}, {"start", "2019-01-01"}, {"target", {1, 5}}}), 5)
      << "a target that ends before the state does is fitted";
  EXPECT_EQ(mean({{"item_id", "other"}, {"start", "2019-01-01"}, {"target", {1, 6}}}), 6);
  EXPECT_EQ(
      mean({{"item_id", "kept"}, {"start", "2019-01-01"}, {"target", {1, 7}}}, {{"freq", "h"}}), 7)
      << "of another calendar";
  expect_refused(request_of({{{"item_id", "other"}}}), ErrorCode::invalid_value, {"start"}, limits);
  expect_refused(request_of({{{"item_id", "kept"}}}, {{"model", "SeasonalNaive"}}),
                 ErrorCode::invalid_value, {"instances[0]", "no target", "SeasonalNaive"}, limits);
}

}  // namespace
}  // namespace forecart
