#pragma once

#include "models/exported_network.h"
#include "models/lstm/learner.h"
#include "models/lstm/windows.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace forecart::lstm {

/// A series to show an exported network on.
struct ShownSeries {
  std::string_view id;
  Origin origin;
};

/// The network of model `name`, its head and calibration as ONNX (docs/formats/onnx.md), and what
/// it says of some series.
std::shared_ptr<const ExportedNetwork> export_learnt(const std::string& name, const Learnt& learnt,
                                                     const Calendar& calendar,
                                                     const std::vector<ShownSeries>& shown,
                                                     const ExportRequest& request);

}  // namespace forecart::lstm
