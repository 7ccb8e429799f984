#include "aws/lambda_metrics.h"

#include "pipeline/work_metrics.h"

#include <nlohmann/json.hpp>

#include <ostream>

namespace forecart {

namespace {

std::set<std::string> concerned(const Repository& repository, const LambdaEvent& event,
                                const LambdaOutcome& outcome) {
  std::set<std::string> datasets = event.datasets();
  for (const WorkReport& report : outcome.reports) datasets.insert(report.dataset);
  if (!event.all) return datasets;
  for (std::string& dataset : repository.datasets()) datasets.insert(std::move(dataset));
  return datasets;
}

}  // namespace

void tell_metrics(const LambdaMetrics& metrics, const std::string& repository,
                  const LambdaEvent& event, const LambdaOutcome& outcome, const Deadline& deadline,
                  const EmfWriter::Properties& call) {
  if (metrics.out == nullptr) return;
  const Repository shop = Repository::open(repository);
  MetricSet told;
  WorkMetrics work(told);
  for (const WorkReport& report : outcome.reports) work.count(to_json(report));
  for (const std::string& dataset : concerned(shop, event, outcome)) {
    if (deadline.has_passed()) break;
    work.restore(shop, dataset);
  }
  if (!deadline.has_passed()) work.look(shop);
  EmfWriter writer(metrics.name_space);
  const auto now =
      std::chrono::time_point_cast<Instant::duration>(std::chrono::system_clock::now());
  for (const std::string& line : writer.lines(told.samples(), now, call)) {
    *metrics.out << line << '\n';
  }
  metrics.out->flush();
}

}  // namespace forecart
