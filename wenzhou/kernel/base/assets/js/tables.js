// Tables that become cards on a phone: each cell gets the heading of its column, and the roles
// that browsers drop when a table is no longer laid out as one.
export function start(root) {
  for (const table of root.querySelectorAll("table.wz-table")) {
    const heads = [...table.querySelectorAll("thead th")].map((head) => head.textContent.trim());
    table.setAttribute("role", "table");
    for (const part of table.querySelectorAll("thead, tbody")) part.setAttribute("role", "rowgroup");
    for (const row of table.rows) {
      row.setAttribute("role", "row");
      for (const cell of row.cells) {
        const header = cell.tagName === "TH" ? (cell.closest("thead") ? "columnheader" : "rowheader") : "cell";
        cell.setAttribute("role", header);
        if (header !== "columnheader" && !cell.dataset.label && cell.colSpan === 1) cell.dataset.label = heads[cell.cellIndex] ?? "";
      }
    }
  }
}
