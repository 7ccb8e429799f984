#include "aws/sagemaker_serve.h"

#include "base/error.h"
#include "base/parallel.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>
#include <functional>
#include <string_view>

namespace forecart {

namespace {

using nlohmann::json;

/// A whole number of the environment from 1 on; nothing where it is not set.
std::optional<int> number_of(const char* name, const char* text, int most) {
  if (text == nullptr || *text == '\0') return std::nullopt;
  const std::string_view digits(text);
  int number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error == std::errc() && end == digits.data() + digits.size() && number >= 0 &&
      number <= most) {
    return number == 0 ? std::nullopt : std::optional(number);
  }
  throw Error(ErrorCode::invalid_value, fmt::format("{} is '{}'; give a whole number up to {}",
                                                    name, digits.substr(0, 40), most));
}

/// Words of DEEPAR_INFERENCE_CONFIG for requests that say nothing themselves.
void take_configuration(const char* text, InvocationDefaults& defaults) {
  if (text == nullptr || *text == '\0') return;
  try {
    const json given = json::parse(text);
    defaults.num_samples = given.value("num_samples", defaults.num_samples);
    defaults.output_types = given.value("output_types", defaults.output_types);
    defaults.quantiles = given.value("quantiles", defaults.quantiles);
  } catch (const json::exception&) {
    throw Error(ErrorCode::invalid_value,
                "DEEPAR_INFERENCE_CONFIG is no configuration; give it as "
                "{\"num_samples\": 50, \"output_types\": [\"mean\"], \"quantiles\": [\"0.5\"]}");
  }
}

/// The format of an answer: the first that Accept names and that there is; that of the request
/// where anything will do. Nothing where there is none.
std::optional<InvocationFormat> answer_format(std::string_view accept, InvocationFormat request) {
  if (accept.empty()) return request;
  while (!accept.empty()) {
    const std::size_t end = std::min(accept.find(','), accept.size());
    std::string_view type = accept.substr(0, end);
    accept.remove_prefix(std::min(end + 1, accept.size()));
    while (type.starts_with(' ')) type.remove_prefix(1);
    if (type.starts_with("*/*")) return request;
    try {
      if (!type.empty()) return invocation_format(type);
    } catch (const Error&) {
      continue;  // the next one may do
    }
  }
  return std::nullopt;
}

/// The part of a Content-Type that names it, with nothing behind.
std::optional<InvocationFormat> request_format(std::string_view type) {
  try {
    return invocation_format(type);
  } catch (const Error&) {
    return std::nullopt;
  }
}

class RouteTask final : public Task {
 public:
  using Handle = std::function<Answer(const Request&)>;

  RouteTask(const char* label, Handle handle, std::int64_t most_bytes = 0)
      : label_(label), handle_(std::move(handle)), most_bytes_(most_bytes) {}

  BodyPlace body_place() const override {
    return most_bytes_ > 0 ? BodyPlace::memory : BodyPlace::none;
  }
  std::int64_t most_body_bytes() const override { return most_bytes_; }
  Lane lane() const override { return Lane::heavy; }
  const std::string& label() const override { return label_; }
  std::optional<Answer> answer(const Request& request, Patience patience) override {
    if (most_bytes_ > 0 && patience == Patience::none) return std::nullopt;
    try {
      return handle_(request);
    } catch (const Error& error) {
      return refusal(error);
    } catch (const std::exception&) {
      return error_answer(500, "internal", "the request could not be answered", "");
    }
  }

 private:
  /// Names in a body are no paths.
  static Answer refusal(const Error& error) {
    if (error.code() != ErrorCode::unknown_name) return error_answer(error);
    return error_answer(Error(ErrorCode::invalid_value, error.what()));
  }

  std::string label_;
  Handle handle_;
  std::int64_t most_bytes_;
};

Answer invocation(const ServingOptions& options, const Request& request) {
  const auto format = request_format(request.header("content-type"));
  if (!format) {
    return error_answer(415, "invalid_value", "the body is of a type that is not known",
                        "send application/json, application/jsonlines or text/csv");
  }
  const auto wanted = answer_format(request.header("accept"), *format);
  if (!wanted) {
    return error_answer(406, "invalid_value", "Accept names no type that there is",
                        "accept application/json, application/jsonlines or text/csv");
  }
  return {.body = invoke_text(request.body, {*format, *wanted}, options.limits),
          .type = to_string(*wanted)};
}

Answer parameters(const ServingOptions& options) {
  const json told{{"MaxConcurrentTransforms", options.at_once},
                  {"BatchStrategy", "MULTI_RECORD"},
                  {"MaxPayloadInMB", options.most_bytes >> 20}};
  return {.body = told.dump()};
}

}  // namespace

ServingOptions serving_options(std::shared_ptr<const TrainedModel> model,
                               const std::function<const char*(const char*)>& read) {
  ServingOptions options{.model = std::move(model)};
  if (options.model) {
    options.limits.defaults = options.model->defaults();
    options.limits.known = options.model.get();
    options.limits.levels = options.model->levels();
  }
  take_configuration(read("DEEPAR_INFERENCE_CONFIG"), options.limits.defaults);
  const auto told = [&](const char* name, int most) { return number_of(name, read(name), most); };
  constexpr int kMostMegabytes = 100;
  const auto megabytes = told("SAGEMAKER_MAX_PAYLOAD_IN_MB", kMostMegabytes);
  if (megabytes) options.most_bytes = std::int64_t{*megabytes} << 20;
  const int at_once = told("SAGEMAKER_MAX_CONCURRENT_TRANSFORMS", 1000).value_or(0);
  options.at_once = at_once > 0 ? static_cast<unsigned>(at_once) : available_threads();
  options.limits.threads = std::max(1U, available_threads() / options.at_once);
  return options;
}

SagemakerService::SagemakerService(ServingOptions options) : options_(std::move(options)) {}

std::optional<Service::Decision> SagemakerService::decide(
    const Request& head, std::optional<std::int64_t> declared_bytes, Patience) const {
  const std::string path = head.target.substr(0, head.target.find('?'));
  const bool reads = head.method == "GET" || head.method == "HEAD";
  const auto none = [&](const char* label, RouteTask::Handle handle) -> Decision {
    if (!reads) return error_answer(405, "invalid_value", "this is only read", "use GET");
    return std::make_unique<RouteTask>(label, std::move(handle));
  };
  if (path == "/ping") return none("/ping", [](const Request&) { return Answer{.type = ""}; });
  if (path == "/execution-parameters") {
    return none("/execution-parameters", [this](const Request&) { return parameters(options_); });
  }
  if (path != "/invocations") {
    return error_answer(404, "not_found", "nothing is there",
                        "use /ping, /invocations or /execution-parameters");
  }
  if (head.method != "POST") return error_answer(405, "invalid_value", "this is asked", "use POST");
  if (declared_bytes.value_or(0) > options_.most_bytes) return too_large(options_.most_bytes);
  return std::make_unique<RouteTask>(
      "/invocations", [this](const Request& request) { return invocation(options_, request); },
      options_.most_bytes);
}

}  // namespace forecart
