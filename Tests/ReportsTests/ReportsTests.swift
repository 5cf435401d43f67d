import LoadModel
import Reports
import Testing

@Suite("Reports")
struct ReportsTests {
}
