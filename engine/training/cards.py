"""What the shipped models are called and where they come from: the words of the manifest and the card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.contracts.manifest import Manifest
from engine.training.adversarial_cards import adversarial_sections, describe_adversarial, describe_classifier
from engine.training.latent_cards import describe_latent, latent_sections
from engine.training.models.gated_pixelcnn import GatedPixelCNNConfig
from engine.training.recipe import (
    AdversarialRecipe,
    AutoregressiveRecipe,
    ClassifierRecipe,
    GaussianRecipe,
    LatentRecipe,
    Recipe,
)

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
    "cartoon_faces": {
        "data_title": "Cartoon faces",
        "licence": "CC BY 4.0 (data), MIT (weights and code)",
        "attribution": 'Cartoon faces: "Avatar Illustration System" by Micah Lanier '
        "(https://www.figma.com/community/file/829741575478342595), licensed under CC BY 4.0 "
        "(https://creativecommons.org/licenses/by/4.0/); recoloured and rasterised through DiceBear.",
    },
    "sprites": {
        "data_title": "Sprites",
        "licence": "MIT",
        "attribution": "Sprites: drawn by Reverie's own code, in the manner of dSprites (Matthey et al., 2017).",
    },
}
_OWN = {"licence": "not stated", "attribution": "Trained on pictures of one's own."}
_GATED = "A. van den Oord et al., Conditional Image Generation with PixelCNN Decoders, 2016, arXiv:1606.05328"
_PLAIN = "A. van den Oord, N. Kalchbrenner, K. Kavukcuoglu, Pixel Recurrent Neural Networks, 2016, arXiv:1601.06759"
_FAST = "P. Ramachandran et al., Fast Generation for Convolutional Autoregressive Models, 2017, arXiv:1704.06001"


def describe(recipe: Recipe) -> dict[str, Any]:
    """The manifest's fields that are words."""
    data = {"data": recipe.data, **_DATA.get(recipe.data, _OWN | {"data_title": recipe.data})}
    if isinstance(recipe, LatentRecipe | GaussianRecipe):
        return describe_latent(recipe) | data
    if isinstance(recipe, AdversarialRecipe):
        return describe_adversarial(recipe) | data
    if isinstance(recipe, ClassifierRecipe):
        return describe_classifier(recipe) | data
    assert isinstance(recipe, AutoregressiveRecipe)
    gated = isinstance(recipe.model, GatedPixelCNNConfig)
    return {
        "architecture": "Gated PixelCNN" if gated else "PixelCNN",
        "summary": _summary(recipe, gated),
        "references": (_GATED, _FAST) if gated else (_PLAIN, _FAST),
        **data,
    }


def _summary(recipe: AutoregressiveRecipe, gated: bool) -> str:
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
    lines = [f"# {manifest.title}", "", manifest.summary, ""]
    lines += [] if manifest.family in ("autoencoder", "classifier") else ["![samples](samples.png)", ""]
    lines += ["## Measured", "", "| figure | value | on |", "| --- | --- | --- |"]
    lines += [_figure_row(figure) for figure in manifest.figures.values() if _is_figure(figure)]
    protocol = next((f["protocol"] for f in manifest.figures.values() if _is_figure(f) and f.get("protocol")), "")
    lines += ["", f"Test pictures: {protocol}." if protocol else "", str(manifest.figures.get("published", "") or "")]
    lines += _identity(manifest.figures.get("identity"))
    by_order = manifest.figures.get("validation_nll_by_orientation", {})
    if len(by_order.get("values", {})) > 1:
        lines += ["", "## Reading directions", "", f"Validation nats on {by_order['n']} pictures, in each order:", ""]
        lines += [f"* {name}: {value}" for name, value in by_order["values"].items()]
    lines += latent_sections(manifest) + adversarial_sections(manifest)
    if manifest.scored_by:
        lines += ["", f"Likelihoods are given by `{manifest.scored_by}`; this model completes."]
    lines += ["", "## Made", "", _made(training), ""]
    if manifest.family != "classifier":
        lines += ["`film/` holds pictures of the run at log-spaced steps, all from the same noise."]
    lines += ["", "## Licence", "", manifest.licence, "", manifest.attribution]
    if manifest.references:
        lines += ["", "## References", "", *(f"* {reference}" for reference in manifest.references)]
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
    unit = f" {figure['unit']}" if figure["unit"] else ""
    return f"| {figure['label']} | {figure['value']}{spread}{unit} | {split} |"


def _made(training: Mapping[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in training.get("versions", {}).items())
    return (
        f"{training.get('steps')} steps, {training.get('images')} pictures shown, "
        f"{training.get('cpu_minutes')} minutes of one CPU core; seed {training.get('seed')}; {versions}."
    )
