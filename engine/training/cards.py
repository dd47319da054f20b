"""What the shipped models are called and where they come from: the words of the manifest and the card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.contracts.manifest import Manifest
from engine.training.models.gated_pixelcnn import GatedPixelCNNConfig
from engine.training.recipes import Recipe

_DATA: dict[str, dict[str, Any]] = {
    "mnist": {
        "data_title": "MNIST",
        "licence": "CC BY-SA 3.0 (data), MIT (weights and code)",
        "attribution": "MNIST: Yann LeCun, Corinna Cortes, Christopher J. C. Burges; commonly stated as CC BY-SA 3.0.",
    },
    "fashion_mnist": {
        "data_title": "Fashion-MNIST",
        "licence": "MIT",
        "attribution": "Fashion-MNIST: Copyright 2017 Zalando SE, MIT licence (Xiao, Rasul, Vollgraf, 2017).",
    },
    "pixel_portraits": {
        "data_title": "Pixel portraits",
        "licence": "CC0 1.0 (data), MIT (weights and code)",
        "attribution": "Pixel portraits: drawn with the DiceBear style 'Pixel Art' by DiceBear, design CC0 1.0.",
    },
}
_OWN = {"licence": "not stated", "attribution": "Trained on pictures of one's own."}
_GATED = "A. van den Oord et al., Conditional Image Generation with PixelCNN Decoders, 2016, arXiv:1606.05328"
_PLAIN = "A. van den Oord, N. Kalchbrenner, K. Kavukcuoglu, Pixel Recurrent Neural Networks, 2016, arXiv:1601.06759"
_FAST = "P. Ramachandran et al., Fast Generation for Convolutional Autoregressive Models, 2017, arXiv:1704.06001"


def describe(recipe: Recipe) -> dict[str, Any]:
    """The manifest's fields that are words."""
    gated = isinstance(recipe.model, GatedPixelCNNConfig)
    return {
        "architecture": "Gated PixelCNN" if gated else "PixelCNN",
        "data": recipe.data,
        "summary": _summary(recipe, gated),
        "references": (_GATED, _FAST) if gated else (_PLAIN, _FAST),
        **_DATA.get(recipe.data, _OWN | {"data_title": recipe.data}),
    }


def _summary(recipe: Recipe, gated: bool) -> str:
    if not gated:
        return (
            "Draws each pixel from those above and to the left, through stacked masked convolutions; a wedge to the "
            "right above the pixel is never seen: the blind spot."
        )
    orders = "in eight reading directions" if len(recipe.orientations) > 1 else "from the top left only"
    return f"Draws each pixel from those before it with a vertical and a horizontal stack, {orders}; no blind spot."


def card(manifest: Manifest) -> str:
    """``card.md``: what the model is, how good it is, how it was made."""
    training = manifest.training
    lines = [f"# {manifest.title}", "", manifest.summary, "", "![samples](samples.png)", "", "## Measured", ""]
    lines += ["| figure | value | on |", "| --- | --- | --- |"]
    lines += [_figure_row(figure) for figure in manifest.figures.values() if _is_figure(figure)]
    protocol = manifest.figures.get("test_nll", {}).get("protocol", "")
    lines += ["", f"Test pictures: {protocol}." if protocol else "", str(manifest.figures.get("published", "") or "")]
    lines += _identity(manifest.figures.get("identity"))
    by_order = manifest.figures.get("validation_nll_by_orientation", {})
    if len(by_order.get("values", {})) > 1:
        lines += ["", "## Reading directions", "", f"Validation nats on {by_order['n']} pictures, in each order:", ""]
        lines += [f"* {name}: {value}" for name, value in by_order["values"].items()]
    if manifest.scored_by:
        lines += ["", f"Likelihoods are given by `{manifest.scored_by}`; this model completes."]
    lines += ["", "## Made", "", _made(training), ""]
    lines += ["`film/` holds samples of the run at log-spaced steps, all from the same noise."]
    lines += ["", "## Licence", "", manifest.licence, "", manifest.attribution, "", "## References", ""]
    lines += [f"* {reference}" for reference in manifest.references]
    return "\n".join(lines) + "\n"


def _identity(found: Any) -> list[str]:
    """What ``reverie bench identity --write`` noted."""
    if not isinstance(found, Mapping):
        return []
    return [
        "",
        f"Naive and row-cached sampling, {found['seeds']} seeds spread over all reading directions, with and without "
        f"known pixels: {found['different']} of {found['pictures']} pictures differ; logits within "
        f"{found['max_logit_difference']:.1e}.",
    ]


def _is_figure(figure: Any) -> bool:
    return isinstance(figure, dict) and "value" in figure and "label" in figure


def _figure_row(figure: dict[str, Any]) -> str:
    spread = f" +- {figure['standard_error']}" if "standard_error" in figure else ""
    split = f"{figure.get('split', '')} {figure.get('n', '')}".strip()
    return f"| {figure['label']} | {figure['value']}{spread} {figure['unit']} | {split} |"


def _made(training: Mapping[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in training.get("versions", {}).items())
    return (
        f"{training.get('steps')} steps, {training.get('images')} pictures shown, "
        f"{training.get('cpu_minutes')} minutes of one CPU core; seed {training.get('seed')}; {versions}."
    )
