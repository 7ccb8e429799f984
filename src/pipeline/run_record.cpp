#include "pipeline/run_record.h"

#include "base/error.h"
#include "base/parallel.h"
#include "base/process_usage.h"
#include "models/net/kernel.h"
#include "pipeline/run_options.h"
#include "pipeline/run_output.h"
#include "pipeline/version.h"

namespace forecart {

namespace {

using nlohmann::json;

json manifest_of(const RunRequest& request, const RunReport& report,
                 const std::vector<std::string>& hashes) {
  return {{"run", report.run},
          {"dataset", report.dataset},
          {"version", kVersion},
          {"seed", request.choice.seed},
          {"threads", request.choice.threads == 0 ? available_threads() : request.choice.threads},
          {"kernel", net::best_kernel().name},
          {"host", {{"processor", processor_name()}, {"cores", available_threads()}}},
          {"inputs", hashes},
          {"options", options_json(request)}};
}

}  // namespace

RunRecord::RunRecord(const RunFacts& facts, RunReport& report)
    : facts_(facts), report_(report), manifest_(manifest_of(facts.request, report, facts.hashes)) {}

void RunRecord::fail(const std::exception& error) {
  const auto* const known = dynamic_cast<const Error*>(&error);
  manifest_["status"] = "failed";
  manifest_["error"] = {{"code", known != nullptr ? to_string(known->code()) : "internal"},
                        {"message", error.what()}};
}

void RunRecord::write() {
  report_.usage = facts_.meter.finish(facts_.repository.traffic());
  report_.bill = bill_of(report_.usage, facts_.prices);
  report_.seconds = report_.usage.seconds;
  manifest_["seconds"] = report_.seconds;
  manifest_["usage"] = to_json(report_.usage);
  manifest_["cost"] = to_json(report_.bill);
  facts_.repository.write_json(report_.folder + "/manifest.json", manifest_);
}

}  // namespace forecart
